"""What a dropout layer does at test time."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import ClassVar, final

from gradus.answers import Truth
from gradus.claim import Claim, Effort, Evidence, Route, assume

DOES = {
    "multiplies by p": "multiplies its input by $p$",
    "drops units": "drops units with probability $p$",
    "divides by p": "divides its input by $p$",
}


@final
@dataclass(frozen=True, kw_only=True)
class DropoutAtTestTime(Claim):
    """Inverted dropout divides by 1 − p while it trains, so that at test time it passes its input on.

    p is the probability of dropping a unit. Source: Srivastava et al., Dropout, JMLR 15 (2014), section 10.
    """

    subject: ClassVar[str] = "dropout"
    does: str = assume(*DOES)
    kind: str = assume("inverted", "ordinary")
    p: str = assume("1/5", "1/2", "4/5")
    means: str = assume("probability of dropping", "probability of keeping")

    def statement(self) -> str:
        """Return the statement."""
        return f"At test time a dropout layer with probability $p$ ({self.kind}) {DOES[self.does]}."

    def decide(self, effort: Effort) -> Evidence:
        """Ask which test-time output equals the expected output in training, over all masks, in exact fractions."""
        p = Fraction(self.p)
        keep = p if self.means == "probability of keeping" else 1 - p
        inputs = (Fraction(1), Fraction(-2), Fraction(3))
        scale = 1 / keep if self.kind == "inverted" else Fraction(1)
        expected = [Fraction(0)] * 3
        for mask in product((0, 1), repeat=3):
            chance = Fraction(1)
            for kept in mask:
                chance *= keep if kept else 1 - keep
            expected = [e + chance * kept * x * scale for e, kept, x in zip(expected, mask, inputs, strict=True)]
        ratio = expected[0] / inputs[0]
        # what the layer would give at test time, in inputs: a layer that drops gives 0 or 1, each now and then
        stated = {"multiplies by p": {p}, "divides by p": {1 / p}, "drops units": {Fraction(0), Fraction(1)}}[self.does]
        given = " or ".join(map(str, sorted(stated)))
        finding = (
            f"over all masks the expected output in training is {ratio} times the input, so at test time it is too; "
            f"a layer that {self.does} gives {given} times it"
        )
        return Evidence(Truth.of(stated == {ratio}), Route.PROOF, finding, networks=8)

    def witness(self, effort: Effort) -> Evidence:
        """Measure the mean output of a layer whose masks JAX draws, and compare what is done at test time."""
        import jax
        import numpy as np

        p = float(Fraction(self.p))
        keep = p if self.means == "probability of keeping" else 1 - p
        draws = effort.choose(4000, 20000, 200000)
        masks = np.asarray(jax.random.bernoulli(jax.random.PRNGKey(effort.seed("masks")), keep, (draws, 8)))
        inputs = np.arange(1.0, 9.0)
        outputs = masks * inputs / (keep if self.kind == "inverted" else 1.0)
        ratio = float((outputs.mean(axis=0) / inputs).mean())
        error = float((outputs / inputs).std() / (draws * 8) ** 0.5)
        test = inputs if self.kind == "inverted" else inputs * keep  # what frameworks do at test time
        stated = {"multiplies by p": inputs * p, "divides by p": inputs / p, "drops units": masks[:200] * inputs}[
            self.does
        ]
        equal = bool(np.allclose(stated, test)) and abs(ratio - float(stated.ravel()[0])) < 5 * error + 1e-9
        finding = f"over {draws} masks the mean output is {ratio:.3f} ± {error:.3f} inputs, at test time {test[0]:.3g}"
        return Evidence(Truth.of(equal), Route.EXPERIMENT, finding, networks=draws, populations=1)
