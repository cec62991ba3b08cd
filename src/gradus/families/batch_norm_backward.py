"""The backward pass of batch norm over a small batch, by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Real
from gradus.arithmetic import HALF, NEAR, bracketed, exact_root, listed, near, real, recognise_rounded, root, show, tex
from gradus.domains import Batches, Lists
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.oracle import normalisation, rationals
from gradus.parameters import Between, among, drawn


@final
@dataclass(frozen=True, kw_only=True)
class BatchNormBackward(Family):
    """Gradients of batch norm's scale, of its shift and of one sample, from the gradients of its outputs.

    Source: Ioffe and Szegedy, Batch normalization (ICML 2015), section 3, the chain rule for algorithm 1.

    >>> variant = BatchNormBackward(batch=(1, 1, 3, 3), upstream=(1, 0, 0, 2), scale=2, sample=1)
    >>> [str(answer) for answer in variant.key().values()]
    ['1', '3', '1']
    """

    parts: ClassVar[tuple[str, ...]] = ("scale_gradient", "shift_gradient", "input_gradient")

    batch: tuple[int, ...] = drawn(Batches((4,)))
    upstream: tuple[int, ...] = drawn(Lists(4, 4, Between(-3, 4)), Lists(2, 12, Between(-99, 99)))
    scale: int = among(-2, -1, 1, 2, 3, 4, allowed=Between(-99, 99))
    sample: int = among(1, 2, 3, 4, allowed=Between(1, 12))
    epsilon: Fraction = Fraction(0)

    def check(self) -> Iterator[Fault]:
        """Demand a gradient for each sample, one of them to ask for, and something to divide by."""
        size = len(self.batch)
        if len(self.upstream) != size:
            rule = f"must be as many as the {size} samples"
            yield Fault("BatchNormBackward", "upstream", list(self.upstream), rule, "give each output its gradient")
        if self.sample > size:
            rule = f"must be one of the batch's {size}"
            yield Fault("BatchNormBackward", "sample", self.sample, rule, "choose an earlier one")
        if not 0 <= self.epsilon <= 100 or self.epsilon.denominator > 10**9:
            yield Fault("BatchNormBackward", "epsilon", show(self.epsilon), "must be between 0 and 100", "write 0")
        elif len(set(self.batch)) == 1 and not self.epsilon:
            rule = "are all the same, so that 0 is divided by 0"
            yield Fault("BatchNormBackward", "batch", None, rule, "change one, or set epsilon")

    def is_sensible(self) -> bool:
        """Draw gradients that differ, of which the one asked for is not 0."""
        return len(set(self.upstream)) > 1 and self._normalised()[self.sample - 1] != 0 != self._input_gradient()

    def prompt(self) -> str:
        """State batch, constants, gradients and every convention."""
        rounding = "" if self._is_exact() else " Roots that do not end may be rounded: within 0.001 is right."
        return (
            f"One feature takes the values $x = ({', '.join(map(str, self.batch))})$ in a batch and goes through batch "
            "norm in training, $y_i = \\gamma \\hat{x}_i + \\beta$ with "
            "$\\hat{x}_i = (x_i - \\mu) / \\sqrt{\\sigma^2 + \\epsilon}$, "
            f"where $\\gamma = {self.scale}$, $\\epsilon = {tex(self.epsilon)}$, and mean $\\mu$ and "
            "variance $\\sigma^2$ (which divides by the number of samples) are those of the batch, so that they depend "
            f"on $x$. The gradients of the loss by the outputs are $\\partial L / \\partial y = "
            f"({', '.join(map(str, self.upstream))})$.\n\n"
            "Give the gradients of the loss by $\\gamma$ (**scale_gradient**), by $\\beta$ (**shift_gradient**) and by "
            f"$x_{{{self.sample}}}$ (**input_gradient**). Give exact fractions or decimals that end.{rounding}"
        )

    def _square(self) -> Fraction:
        mean = Fraction(sum(self.batch), len(self.batch))
        return sum(((value - mean) ** 2 for value in self.batch), Fraction(0)) / len(self.batch) + self.epsilon

    def _is_exact(self) -> bool:
        return exact_root(self._square()) is not None

    def _normalised(self) -> list[Fraction]:
        mean, below = Fraction(sum(self.batch), len(self.batch)), root(self._square())
        return [(value - mean) / below for value in self.batch]

    def _scale_gradient(self) -> Fraction:
        return sum((g * x for g, x in zip(self.upstream, self._normalised(), strict=True)), Fraction(0))

    def _input_gradient(self, through_mean: bool = True, through_variance: bool = True) -> Fraction:
        """Return γ/σ times what is left of the sample's gradient when the paths through both statistics are taken."""
        size, place = len(self.batch), self.sample - 1
        inner = Fraction(self.upstream[place])
        if through_mean:
            inner -= Fraction(sum(self.upstream), size)
        if through_variance:
            inner -= self._normalised()[place] * self._scale_gradient() / size
        return self.scale * inner / root(self._square())

    def _answer(self, value: Fraction) -> Real:
        return Real(value) if self._is_exact() else near(value)

    def key(self) -> Mapping[str, Answer]:
        """Use the closed form of the backward pass."""
        return {
            "scale_gradient": self._answer(self._scale_gradient()),
            "shift_gradient": Real(Fraction(sum(self.upstream))),
            "input_gradient": self._answer(self._input_gradient()),
        }

    def witness(self) -> Mapping[str, Answer]:
        """Nudge every input of the forward pass along the imaginary axis."""
        upstream = [float(gradient) for gradient in self.upstream]
        values = [float(value) for value in self.batch]
        samples, scale, shift = normalisation.slopes(values, upstream, float(self.scale), float(self.epsilon))
        found = (scale, shift, samples[self.sample - 1])
        return {part: Real(rationals.simplest(slope)) for part, slope in zip(self.parts, found, strict=True)}

    def mistakes(self) -> Iterator[Mistake]:
        """Name paths that are forgotten, and means for sums."""
        size, place = len(self.batch), self.sample - 1
        sums = Fraction(sum(self.upstream))
        scale, below = self._scale_gradient(), root(self._square())
        raw = Fraction(sum(g * x for g, x in zip(self.upstream, self.batch, strict=True)))
        told = "The scale γ multiplies the normalised values, not the raw ones."
        yield real("scale_gradient", "not_normalised", raw, told, HALF)
        told = "Scale and shift are shared by all samples: their gradients are summed up, not averaged."
        yield self._real("scale_gradient", "mean_for_sum", scale / size, told, HALF)
        yield real("shift_gradient", "mean_for_sum", sums / size, told, HALF)
        told = "Scale and shift are shared by all samples: add the gradients of all, not of one."
        yield self._real("scale_gradient", "one_sample", self.upstream[place] * self._normalised()[place], told)
        yield real("shift_gradient", "one_sample", self.upstream[place], told)
        told = "The shift β is added after γ has multiplied: its gradient is the sum of the outputs' gradients."
        yield real("shift_gradient", "scaled", self.scale * sums, told)
        told = "Normalised values do not multiply it: that is γ's gradient."
        yield self._real("shift_gradient", "that_of_the_scale", scale, told)
        told = "Mean and variance depend on the sample too: their paths are missing."
        yield self._real("input_gradient", "statistics_fixed", self._input_gradient(False, False), told)
        told = "The variance depends on the sample too."
        yield self._real("input_gradient", "variance_fixed", self._input_gradient(through_variance=False), told, HALF)
        told = "The mean depends on the sample too."
        yield self._real("input_gradient", "mean_fixed", self._input_gradient(through_mean=False), told, HALF)
        gradient = self._input_gradient()
        told = "The output is γ times the normalised value: multiply by γ."
        yield self._real("input_gradient", "scale_forgotten", gradient / (self.scale or 1), told, HALF)
        told = "Normalising divides by the standard deviation, and so does its gradient."
        yield self._real("input_gradient", "not_divided", gradient * below, told, HALF)
        told = "Divide by the standard deviation, not by the variance."
        yield self._real("input_gradient", "root_forgotten", gradient / below, told, HALF)

    def _real(self, part: str, name: str, value: Fraction, told: str, credit: Fraction = Fraction(0)) -> Mistake:
        return real(part, name, value, told, credit, Fraction(0) if self._is_exact() else NEAR)

    def recognise(self, part: str, answer: Answer) -> Mistake | None:
        """Recognise a rounded fraction."""
        return recognise_rounded(part, self.key()[part], answer)

    def working(self) -> str:
        """Write out normalised values, sums and the gradient asked for."""
        key, size, place = self.key(), len(self.batch), self.sample - 1
        values, below = self._normalised(), show(root(self._square()))
        products = " + ".join(f"{bracketed(g)}·{bracketed(x)}" for g, x in zip(self.upstream, values, strict=True))
        inner = (
            f"{self.upstream[place]} - {bracketed(sum(self.upstream))}/{size} - "
            f"{bracketed(values[place])}·{bracketed(self._scale_gradient())}/{size}"
        )
        mean = show(Fraction(sum(self.batch), size))
        return "\n".join(
            (
                f"mean {mean}, root of variance and epsilon {below}; normalised values {listed(values)}",
                f"scale_gradient: {products} = {key['scale_gradient']}",
                f"shift_gradient: {' + '.join(map(bracketed, self.upstream))} = {key['shift_gradient']}",
                f"input_gradient: {self.scale}/{below}·({inner}) = {key['input_gradient']}",
            )
        )
