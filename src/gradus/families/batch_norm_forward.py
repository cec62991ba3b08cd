"""Batch norm of one feature over a small batch, by hand: statistics, one output, the running mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

from gradus.answers import Answer, Real
from gradus.arithmetic import HALF, NEAR, bracketed, exact_root, near, real, recognise_rounded, root, show, tex
from gradus.domains import Batches, Ratios
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.oracle import normalisation, rationals
from gradus.parameters import Between, among, between, drawn

NUMBER = Ratios(Fraction(-100), Fraction(100), 100)


@final
@dataclass(frozen=True, kw_only=True)
class BatchNormForward(Family):
    """Mean and variance of a small batch, one output of batch norm, and the running mean afterwards.

    Source: Ioffe and Szegedy, Batch normalization (ICML 2015), algorithms 1 and 2; Goodfellow, Bengio and Courville,
    Deep Learning (2016), section 8.7.1.

    >>> numbers = {"scale": 2, "shift": 1, "running": 0, "momentum": Fraction(1, 10), "weighs": "new", "sample": 4}
    >>> variant = BatchNormForward(batch=(1, 1, 3, 3), **numbers)
    >>> [str(answer) for answer in variant.key().values()]
    ['2', '1', '3', '0.2']
    """

    parts: ClassVar[tuple[str, ...]] = ("mean", "variance", "output", "running_mean")

    batch: tuple[int, ...] = drawn(Batches((4, 5)))
    scale: int = among(-2, -1, 2, 3, 4, 5, allowed=Between(-99, 99))
    shift: int = between(-5, 6, allowed=Between(-99, 99))
    running: int = between(-9, 12, allowed=Between(-999, 999))
    momentum: Fraction = among(*map(Fraction, ("0.1", "0.9", "0.2", "0.25", "0.75", "0.99")),
                               allowed=Ratios(Fraction(1, 1000), Fraction(999, 1000)))  # fmt: skip
    weighs: Literal["new", "old"] = among("new", "old")
    sample: int = among(1, 2, 3, 4, allowed=Between(1, 12))
    epsilon: Fraction = Fraction(0)

    def check(self) -> Iterator[Fault]:
        """Demand a sample of the batch, and something to divide by."""
        if self.sample > len(self.batch):
            rule = f"must be one of the batch's {len(self.batch)}"
            yield Fault("BatchNormForward", "sample", self.sample, rule, "choose an earlier one")
        if not 0 <= self.epsilon <= 100 or self.epsilon.denominator > 10**9:
            yield Fault("BatchNormForward", "epsilon", show(self.epsilon), "must be between 0 and 100", "write 0")
        elif len(set(self.batch)) == 1 and not self.epsilon:
            rule = "are all the same, so that 0 is divided by 0"
            yield Fault("BatchNormForward", "batch", None, rule, "change one, or set epsilon")

    def is_sensible(self) -> bool:
        """Draw samples that are not the mean, and running means that move."""
        mean = self._mean()
        return self.batch[self.sample - 1] != mean != self.running and self.momentum != HALF

    def _mean(self) -> Fraction:
        return Fraction(sum(self.batch), len(self.batch))

    def _variance(self) -> Fraction:
        return Fraction(sum(value**2 for value in self.batch), len(self.batch)) - self._mean() ** 2

    def prompt(self) -> str:
        """State batch, constants and every convention."""
        epsilon = rf"\epsilon = {tex(self.epsilon)}$ inside the root"
        rule = r"\alpha \cdot \text{running mean} + (1 - \alpha) \cdot \text{batch mean}"
        if self.weighs == "new":
            rule = r"(1 - \alpha) \cdot \text{running mean} + \alpha \cdot \text{batch mean}"
        rounding = "" if self._is_exact() else " The output may be rounded to three decimals (within 0.001)."
        return (
            f"One feature takes the values ${', '.join(map(str, self.batch))}$ in a batch and goes through batch norm "
            f"in training, with the scale $\\gamma = {self.scale}$, the shift $\\beta = {self.shift}$ and ${epsilon}. "
            f"The running mean was ${self.running}$; it becomes ${rule}$ with $\\alpha = {tex(self.momentum)}$.\n\n"
            "Give the **mean** and the **variance** of the batch that it is normalised by (the variance divides by the "
            f"number of samples), the **output** for sample number ${self.sample}$ (counted from $1$), and the new "
            f"running mean (**running_mean**). Give exact fractions or decimals that end.{rounding}"
        )

    def _is_exact(self) -> bool:
        return exact_root(self._variance() + self.epsilon) is not None

    def _output(self, deviation: Fraction, square: Fraction) -> Fraction:
        return self.scale * deviation / root(square) + self.shift

    def key(self) -> Mapping[str, Answer]:
        """Subtract the squared mean from the mean square; normalise; weigh old and new mean."""
        mean, variance = self._mean(), self._variance()
        output = self._output(self.batch[self.sample - 1] - mean, variance + self.epsilon)
        return {
            "mean": Real(mean),
            "variance": Real(variance),
            "output": Real(output) if self._is_exact() else near(output),
            "running_mean": Real(self._running(self.weighs)),
        }

    def _running(self, weighs: str) -> Fraction:
        share = self.momentum if weighs == "new" else 1 - self.momentum
        return self.running + share * (self._mean() - self.running)

    def witness(self) -> Mapping[str, Answer]:
        """Balance the values, compare all pairs, evaluate in floating point, and pool copies of both means."""
        mean = normalisation.balance(self.batch)
        made = normalisation.normalise(self.batch, self.scale, self.shift, float(self.epsilon))
        share = self.momentum if self.weighs == "new" else 1 - self.momentum
        return {
            "mean": Real(mean),
            "variance": Real(normalisation.spread(self.batch)),
            "output": Real(rationals.simplest(made[self.sample - 1].real)),
            "running_mean": Real(normalisation.pooled(Fraction(self.running), mean, share)),
        }

    def mistakes(self) -> Iterator[Mistake]:
        """Name other variances, other normalisations, and the momentum the wrong way round."""
        mean, variance, size = self._mean(), self._variance(), len(self.batch)
        deviation, square = self.batch[self.sample - 1] - mean, variance + self.epsilon
        yield real("mean", "sum_for_mean", sum(self.batch), "Divide the sum by the number of samples.", HALF)
        middle = sorted(self.batch)[size // 2]
        yield real("mean", "median", middle, "That is a value in the middle; the mean is asked for.")
        told = "Batch norm normalises by the variance that divides by m, not m - 1."
        unbiased = variance * size / (size - 1)
        yield real("variance", "unbiased", unbiased, told, HALF)
        if (deviated := exact_root(variance)) is not None:
            yield real("variance", "standard_deviation", deviated, "That is the root of the variance.", HALF)
        told = "Divide the sum of squares by the number of samples."
        yield real("variance", "not_divided", variance * size, told, HALF)
        told = "The variance is the mean square of the deviations from the mean."
        yield real("variance", "mean_square", variance + mean**2, told)
        yield from self._outputs(deviation, square, unbiased)
        told = f"Here the {self.weighs} mean is weighed by α, the other one by 1 - α."
        other = "old" if self.weighs == "new" else "new"
        yield real("running_mean", "momentum_swapped", self._running(other), told, HALF)
        yield real("running_mean", "replaced", mean, "The running mean moves only a part of the way.")
        told = "Both means are weighed: one by α, the other by 1 - α."
        yield real("running_mean", "added", self.running + self.momentum * mean, told)

    def _outputs(self, deviation: Fraction, square: Fraction, unbiased: Fraction) -> Iterator[Mistake]:
        exact = exact_root(square) is not None
        told = "Divide by the root of the variance, not by the variance."
        yield real("output", "root_forgotten", self.scale * deviation / square + self.shift, told, HALF)
        told = "Scale and shift follow: multiply by γ and add β."
        within = Fraction(0) if exact else NEAR
        yield real("output", "not_scaled", deviation / root(square), told, HALF, within)
        yield real("output", "shift_forgotten", self.scale * deviation / root(square), "Add β.", HALF, within)
        told = "The shift β is added after γ has multiplied."
        yield real("output", "shift_scaled", self.scale * (deviation / root(square) + self.shift), told, HALF, within)
        told = "Subtract the mean first."
        value = self._output(Fraction(self.batch[self.sample - 1]), square)
        yield real("output", "mean_not_subtracted", value, told, within=within)
        told = "In training the batch's own mean is subtracted; the running mean is for use afterwards."
        value = self._output(Fraction(self.batch[self.sample - 1] - self.running), square)
        yield real("output", "running_mean_subtracted", value, told, within=within)
        told = "Batch norm divides by the variance over m samples, not m - 1."
        yield real("output", "unbiased", self._output(deviation, unbiased + self.epsilon), told, HALF, NEAR)

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        """Accept the output and the running mean that follow from a mean and a variance given earlier."""
        mean, variance = (given.get(name) for name in ("mean", "variance"))
        if not isinstance(mean, Real):
            return None
        if part == "running_mean":
            share = self.momentum if self.weighs == "new" else 1 - self.momentum
            return Real(self.running + share * (mean.value - self.running))
        if part != "output" or not isinstance(variance, Real) or variance.value + self.epsilon <= 0:
            return None
        return near(self._output(self.batch[self.sample - 1] - mean.value, variance.value + self.epsilon))

    def recognise(self, part: str, answer: Answer) -> Mistake | None:
        """Recognise a rounded fraction."""
        return recognise_rounded(part, self.key()[part], answer)

    def working(self) -> str:
        """Write out every step."""
        mean, variance, key, size = self._mean(), self._variance(), self.key(), len(self.batch)
        values = " + ".join(map(bracketed, self.batch))
        squares = " + ".join(f"{bracketed(value - mean)}²" for value in self.batch)
        value, square = self.batch[self.sample - 1], variance + self.epsilon
        deviation = f"({value} - {bracketed(mean)})/{show(root(square))}"
        weights = (f"(1 - {show(self.momentum)})", show(self.momentum))
        old, new = weights if self.weighs == "new" else weights[::-1]
        return "\n".join(
            (
                f"mean: ({values})/{size} = {key['mean']}",
                f"variance: ({squares})/{size} = {key['variance']}",
                f"root of variance and epsilon: √({show(square)}) = {show(root(square))}",
                f"output: {self.scale}·{deviation} + {bracketed(self.shift)} = {key['output']}",
                f"running_mean: {old}·{bracketed(self.running)} + {new}·{bracketed(mean)} = {key['running_mean']}",
            )
        )
