"""One unit behind inverted dropout: with a mask, on average, and at test time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, final

from gradus.answers import Answer, Real
from gradus.arithmetic import HALF, bracketed, real, recognise_rounded, show, tex
from gradus.domains import Lists, Ratios
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.oracle import masks
from gradus.parameters import Among, Between, among, drawn

NUMBERS = Lists(1, 8, Between(-99, 99))
RATE = Ratios(Fraction(1, 100), Fraction(99, 100), 100)


@final
@dataclass(frozen=True, kw_only=True)
class InvertedDropout(Family):
    """Output of a unit behind inverted dropout: with a given mask, its mean and variance over masks, at test time.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout (JMLR 2014), sections 4 and 10, where
    weights are scaled at test time; that the inputs kept are scaled in training instead: the CS231n notes, Neural
    Networks Part 2 (Stanford), "Inverted dropout".

    >>> numbers = {"inputs": (1, 2), "weights": (3, 4), "mask": (0, 1)}
    >>> [str(answer) for answer in InvertedDropout(drop=HALF, **numbers).key().values()]
    ['16', '11', '73', '11']
    """

    parts: ClassVar[tuple[str, ...]] = ("train", "mean", "variance", "test")

    inputs: tuple[int, ...] = drawn(Lists(3, 3, Between(1, 9)), NUMBERS)
    weights: tuple[int, ...] = drawn(Lists(3, 3, Among(tuple(w for w in range(-5, 7) if w))), NUMBERS)
    mask: tuple[int, ...] = drawn(Lists(3, 3, Between(0, 1)), Lists(1, 8, Between(0, 1)))
    drop: Fraction = among(*map(Fraction, ("0.5", "0.2", "0.25", "0.4", "0.1", "0.75", "1/3")), allowed=RATE)

    def check(self) -> Iterator[Fault]:
        """Demand a weight and an entry of the mask for each input."""
        for name in ("weights", "mask"):
            if len(getattr(self, name)) != len(self.inputs):
                rule = f"must be as many as the {len(self.inputs)} inputs"
                yield Fault("InvertedDropout", name, list(getattr(self, name)), rule, "give one for each input")

    def is_sensible(self) -> bool:
        """Draw masks that drop something and keep something, and outputs that are not 0."""
        return len(set(self.mask)) > 1 and bool(sum(self._products())) and bool(self._kept())

    def _products(self) -> list[int]:
        return [value * weight for value, weight in zip(self.inputs, self.weights, strict=True)]

    def _kept(self) -> int:
        return sum(product for product, kept in zip(self._products(), self.mask, strict=True) if kept)

    def prompt(self) -> str:
        """State inputs, weights, mask and rate."""

        def vector(values: tuple[int, ...]) -> str:
            return f"({', '.join(map(str, values))})"

        return (
            f"The inputs $x = {vector(self.inputs)}$ go through inverted dropout and then to one linear unit with the "
            f"weights $w = {vector(self.weights)}$ and no bias. Each input is dropped with probability "
            f"$p = {tex(self.drop)}$, independently of the others; whatever scaling inverted dropout does, it does in "
            "training.\n\n"
            f"Give the unit's output in training with the mask ${vector(self.mask)}$, where $1$ means kept "
            "(**train**); the **mean** and the **variance** of its output in training over all masks; and its "
            "output at **test** time. Give exact fractions or decimals that end."
        )

    def key(self) -> Mapping[str, Answer]:
        """Scale what is kept; add means, and variances of what is independent."""
        products, keep = self._products(), 1 - self.drop
        spread = self.drop / keep
        return {
            "train": Real(self._kept() / keep),
            "mean": Real(Fraction(sum(products))),
            "variance": Real(spread * sum(product**2 for product in products)),
            "test": Real(Fraction(sum(products))),
        }

    def witness(self) -> Mapping[str, Answer]:
        """Go through all masks with their probabilities; at test time, drop nothing."""
        mean, variance = masks.moments(self.inputs, self.weights, self.drop)
        test = masks.output(self.inputs, self.weights, [1] * len(self.inputs), Fraction(0))
        train = masks.output(self.inputs, self.weights, self.mask, self.drop)
        return {"train": Real(train), "mean": Real(mean), "variance": Real(variance), "test": Real(test)}

    def mistakes(self) -> Iterator[Mistake]:
        """Name scalings left out, the wrong way round, or at the wrong time."""
        products, kept, p = self._products(), self._kept(), self.drop
        whole = sum(products)
        told = "Inverted dropout divides what is kept by 1 - p."
        yield real("train", "not_scaled", kept, told, HALF)
        told = "The scale is 1/(1 - p), with p the probability of being dropped."
        yield real("train", "drop_for_keep", kept / p, told, HALF)
        yield real("train", "multiplied", kept * (1 - p), "Divide by 1 - p: what is kept stands in for the rest.", HALF)
        told = "A 1 in the mask means that the input is kept."
        yield real("train", "mask_inverted", (whole - kept) / (1 - p), told, HALF)
        yield real("train", "mask_ignored", whole, "Inputs whose mask is 0 are dropped.")
        told = "The scale 1/(1 - p) makes up for it: the mean is that of the undropped inputs."
        yield real("mean", "not_scaled", whole * (1 - p), told)
        yield real("mean", "scaled_only", whole / (1 - p), "Each input is also dropped with probability p.")
        yield real("mean", "given_mask", kept / (1 - p), "That is the output with one mask; the mean is over all.")
        squares = sum(product**2 for product in products)
        told = "The inputs kept are scaled by 1/(1 - p), and the variance by its square."
        yield real("variance", "not_scaled", p * (1 - p) * squares, told, HALF)
        told = "Inputs are dropped independently: variances add up, so square each product before adding."
        yield real("variance", "sum_squared", p / (1 - p) * whole**2, told)
        told = "That is the mean of the square; subtract the square of the mean, product by product."
        yield real("variance", "mean_not_subtracted", squares / (1 - p), told)
        yield real("variance", "inverted", (1 - p) / p * squares, "It is p/(1 - p), with p the share dropped.", HALF)
        told = "Inverted dropout has scaled in training already: at test time nothing is done."
        yield real("test", "scaled_at_test", whole * (1 - p), told, HALF)
        yield real("test", "divided_at_test", whole / (1 - p), told)
        yield real("test", "dropped_at_test", kept / (1 - p), "Nothing is dropped at test time.")

    def recognise(self, part: str, answer: Answer) -> Mistake | None:
        """Recognise a rounded fraction."""
        return recognise_rounded(part, self.key()[part], answer)

    def working(self) -> str:
        """Write out the products."""
        products, keep, key = self._products(), show(1 - self.drop), self.key()
        sums = " + ".join(map(bracketed, products))
        kept = [product for product, one in zip(products, self.mask, strict=True) if one]
        squares = " + ".join(f"{bracketed(product)}²" for product in products)
        total = sum(product**2 for product in products)
        return "\n".join(
            (
                f"products of input and weight: {', '.join(map(str, products))}; scale 1/(1 - p) = 1/{keep}",
                f"train: ({' + '.join(map(bracketed, kept)) or 0})/{keep} = {key['train']}",
                f"mean: each product is kept with probability {keep} and divided by it: {sums} = {key['mean']}",
                f"variance: p/(1 - p)·({squares}) = {show(self.drop / (1 - self.drop))}·{total} = {key['variance']}",
                f"test: {sums} = {key['test']}",
            )
        )
