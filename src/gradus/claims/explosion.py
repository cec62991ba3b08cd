"""Which remedies keep gradients from exploding through depth."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any, ClassVar, final

from gradus.answers import Truth
from gradus.claim import Claim, Effect, Effort, Evidence, Figure, Route, Series, assume

if TYPE_CHECKING:
    import numpy as np

    from gradus.lab.depth import Stack

    Array = np.ndarray[Any, np.dtype[Any]]

SUBJECT = "gradients that explode"
LEAST = 0.02  # of the logarithm of growth per layer: a factor of 2 over 35 layers
HE = sqrt(2)
GAINS = {"twice He": 2 * HE, "1.3 times He": 1.3 * HE, "He": HE, "half He": HE / 2}


@dataclass(frozen=True, kw_only=True)
class Growth(Claim):
    """A remedy against the growth of gradients from layer to layer in a network of 40 layers at its start."""

    subject: ClassVar[str] = SUBJECT

    @abstractmethod
    def stacks(self) -> tuple[Stack, Stack]:
        """Return the network without the remedy and with it."""

    def decide(self, effort: Effort) -> Evidence:
        """Measure both networks with the same random numbers; the paired difference decides."""
        import numpy as np

        from gradus.lab import statistics

        without, remedied = self.stacks()
        networks, seed = effort.choose(6, 12, 96), effort.seed("growth", self)
        norms = [stack.follow(np.random.default_rng(seed), networks) for stack in (without, remedied)]
        old, new = (rows[:, -1] / stack.depth for rows, stack in zip(norms, (without, remedied), strict=True))
        gain = statistics.paired(old, new, least=LEAST)
        name = "logarithm of growth per layer, without minus with"
        effect = Effect(name, gain.estimate, gain.low, gain.high, "", LEAST)
        finding = (
            f"{networks} pairs of networks of {without.depth} layers: a layer multiplies the gradient by "
            f"{np.exp(old.mean()):.3f} without, {np.exp(new.mean()):.3f} with"
        )
        verdict = Truth.TRUE if effect.low > LEAST else Truth.FALSE if effect.high < LEAST else Truth.UNDECIDED
        depths = tuple(float(layer) for layer in range(without.depth + 1))
        curves = tuple(
            Series(label, depths, tuple(float(np.exp(middle)) for middle in rows.mean(axis=0)))
            for label, rows in zip(("without", "with"), norms, strict=True)
        )
        figure = Figure("lines", "Growth of the gradient", "layers back", "times the last", curves, logarithmic=True)
        return Evidence(verdict, Route.EXPERIMENT, finding, effect, 2 * networks, 1, figure)

    def witness(self, effort: Effort) -> Evidence:
        """Compare what mean-field theory predicts for infinitely wide networks."""
        old, new = (stack.predict() for stack in self.stacks())
        finding = f"mean-field theory predicts {2.718281828**old:.4f} a layer without, {2.718281828**new:.4f} with"
        effect = Effect("logarithm of growth per layer, without minus with", old - new, old - new, old - new, "", LEAST)
        return Evidence(Truth.of(old - new > LEAST), Route.THEORY, finding, effect)


@final
@dataclass(frozen=True, kw_only=True)
class ReluAgainstExplosion(Growth):
    """ReLU in place of the sigmoid: σ′ is at most 1/4, ReLU's slope is 1, so gradients grow more.

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 6.3.
    """

    initialisation: str = assume("twice He", "He", "half He")

    def statement(self) -> str:
        """Return the statement."""
        return "ReLU in place of sigmoid mitigates exploding gradients."

    def stacks(self) -> tuple[Stack, Stack]:
        """Return a sigmoid network and a ReLU network."""
        from gradus.lab.depth import Stack

        gain = GAINS[self.initialisation]
        return Stack(gain, "sigmoid"), Stack(gain)


@final
@dataclass(frozen=True, kw_only=True)
class BatchNormAgainstExplosion(Growth):
    """Batch norm: growth becomes √(π/(π − 1)) ≈ 1.21 a layer, whatever the gain: it cures large gains only.

    Source: Yang et al., A mean field theory of batch normalization (2019).
    """

    initialisation: str = assume("twice He", "1.3 times He", "He", "half He")
    network: str = assume("plain", "residual")

    def statement(self) -> str:
        """Return the statement."""
        return "Batch-norm layers mitigate exploding gradients."

    def stacks(self) -> tuple[Stack, Stack]:
        """Return a network without and with batch norm."""
        from gradus.lab.depth import Stack

        gain, skip = GAINS[self.initialisation], self.network == "residual"
        return Stack(gain, skip=skip), Stack(gain, skip=skip, batch_norm=True)


@final
@dataclass(frozen=True, kw_only=True)
class ResidualAgainstExplosion(Growth):
    """Skips: the gradient grows by √(1 + branch²·gain²/2) a layer, more than without unless the branch is tamed.

    Source: Zhang, Dauphin and Ma, Fixup initialization (2019), section 2.
    """

    branch: str = assume("as it is", "divided by the root of depth", "zero at the start", "batch-normalised")
    initialisation: str = assume("twice He", "He")

    def statement(self) -> str:
        """Return the statement."""
        return "Residual connections mitigate exploding gradients."

    def stacks(self) -> tuple[Stack, Stack]:
        """Return a network without and with skips; a normalised branch is compared with a normalised plain network."""
        from gradus.lab.depth import Stack

        gain, normed = GAINS[self.initialisation], self.branch == "batch-normalised"
        factor = {"divided by the root of depth": 40**-0.5, "zero at the start": 0.0}.get(self.branch, 1.0)
        return Stack(gain, batch_norm=normed), Stack(gain, batch_norm=normed, skip=True, branch=factor)


@final
@dataclass(frozen=True, kw_only=True)
class ClippingAgainstExplosion(Claim):
    """Clipping by the global norm bounds what is applied, not what back-propagation computes.

    Source: Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (2013), section 3.2.
    """

    subject: ClassVar[str] = SUBJECT
    measured: str = assume("gradient that is applied", "gradient before it is clipped")
    overflow: bool = assume(False, True)

    def statement(self) -> str:
        """Return the statement."""
        return "Clipping gradients mitigates exploding gradients."

    def decide(self, effort: Effort) -> Evidence:
        """Bound norms over 24 decades by optax's own clipping; an overflow before the clip is carried through."""
        import numpy as np
        import optax

        source = np.random.default_rng(effort.seed("norms"))
        scales = 10.0 ** source.uniform(-12, 12, size=effort.choose(40, 100, 2000))
        gradients = [np.float64(scale) * source.normal(size=16) for scale in scales]
        if self.overflow:
            gradients = [np.where(np.arange(16) == 3, np.inf, gradient) for gradient in gradients]
        clip = optax.clip_by_global_norm(1.0)
        applied = np.array([np.asarray(clip.update(g, clip.init(g))[0]) for g in map(np.float32, gradients)])
        norms = np.linalg.norm(applied if self.measured == "gradient that is applied" else np.array(gradients), axis=1)
        bounded = bool((norms <= 1 + 1e-5).all())
        finding = (
            f"{len(norms)} gradients with norms over 24 decades: the largest is {norms.max():.3g} where 1 is the bound"
        )
        return Evidence(Truth.of(bounded), Route.EXPERIMENT, finding, networks=len(norms), populations=1)

    def witness(self, effort: Effort) -> Evidence:
        """Train a recurrent network by hand whose gradients explode, with and without clipping."""
        import numpy as np

        from gradus.lab import statistics
        from gradus.lab.recurrence import follow

        networks = effort.choose(8, 24, 200)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            plain = follow(np.random.default_rng(effort.seed("recurrent")), networks, None, self.overflow)
            clipped = follow(np.random.default_rng(effort.seed("recurrent")), networks, 1.0, self.overflow)
        if self.measured != "gradient that is applied":
            # an overflow is as infinite with clipping as without: no ratio would say so
            smaller = float((clipped.first_norm < plain.first_norm / 2).mean())
            finding = (
                f"with clipping {smaller:.0%} of {networks} recurrent networks begin with half the gradient or less"
            )
            verdict = Truth.of(smaller > 0.5)
            return Evidence(verdict, Route.EXPERIMENT, finding, networks=2 * networks, populations=1)
        before, after = float(plain.failed.mean()), float(clipped.failed.mean())
        finding = f"of {networks} recurrent networks {before:.0%} fail, {after:.0%} with clipping"
        saved = statistics.paired(plain.failed, clipped.failed, least=0.25)
        name = "share of failed runs, without minus with"
        effect = Effect(name, saved.estimate, saved.low, saved.high, "", 0.25)
        verdict = Truth.TRUE if saved.low > 0.25 else Truth.FALSE if saved.high < 0.25 else Truth.UNDECIDED
        return Evidence(verdict, Route.EXPERIMENT, finding, effect, 2 * networks, 1)
