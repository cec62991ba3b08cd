"""Gradients of two layers clipped by value, and by their common norm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement
from math import isqrt
from typing import TYPE_CHECKING, ClassVar, final

from gradus.answers import Answer, Choice, Real
from gradus.arithmetic import HALF, NEAR, bracketed, exact_root, near, real, recognise_rounded, root, show, tex
from gradus.domains import Lists, Ratios, sample
from gradus.errors import Fault
from gradus.family import Family, Mistake
from gradus.oracle import optimisers, rationals
from gradus.parameters import Between, Domain, among, between, drawn

if TYPE_CHECKING:
    import random

LIMIT = Ratios(Fraction(1, 1000), Fraction(10_000))
WAYS = ("value", "norm", "both", "neither")


@final
@dataclass(frozen=True, slots=True)
class _WholeNorms(Domain):
    """Lists of 4 or 5 whole numbers whose L2 norm is whole; any list of 2 to 12 is allowed."""

    def allows(self, value: object) -> bool:
        return _LIST.allows(value)

    def draw(self, source: random.Random) -> tuple[int, ...]:
        pool = _whole_norms()
        sizes = list(pool[int(source.random() * len(pool))])
        source.shuffle(sizes)
        return tuple(size if source.random() < 0.5 else -size for size in sizes)

    def values(self) -> Iterator[object]:
        return sample(self)

    def __str__(self) -> str:
        return str(_LIST)


_LIST = Lists(2, 12, Between(-999, 999))


@cache
def _whole_norms() -> tuple[tuple[int, ...], ...]:
    """Return sizes 1 to 9 in rising order whose sum of squares is a square."""
    lists = (sizes for length in (4, 5) for sizes in combinations_with_replacement(range(1, 10), length))
    return tuple(sizes for sizes in lists if isqrt(total := sum(s * s for s in sizes)) ** 2 == total)


@final
@dataclass(frozen=True, kw_only=True)
class GradientClipping(Family):
    """Global norm of a gradient, one component clipped by norm and by value, and which way keeps the direction.

    Source: Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (ICML 2013), algorithm
    1; Goodfellow, Bengio and Courville, Deep Learning (2016), section 10.11.1.

    >>> limits = {"norm_limit": Fraction(6), "limit": Fraction(3)}
    >>> variant = GradientClipping(gradient=(3, -4, 12), first_layer=2, place=2, **limits)
    >>> [str(answer) for answer in variant.key().values()]
    ['13', '-24/13', '-3', 'norm']
    """

    parts: ClassVar[tuple[str, ...]] = ("norm", "by_norm", "by_value", "direction")

    gradient: tuple[int, ...] = drawn(_WholeNorms())
    first_layer: int = among(1, 2, 3, allowed=Between(1, 11))
    norm_limit: Fraction = among(*map(Fraction, (1, 2, 3, 4, 5, 6, 8, 10, 20)), allowed=LIMIT)
    limit: Fraction = among(*map(Fraction, ("1", "2", "2.5", "3", "4", "5", "8", "10")), allowed=LIMIT)
    place: int = between(1, 4, allowed=Between(1, 12))

    def check(self) -> Iterator[Fault]:
        """Demand two layers, a component that is there, and a gradient to clip."""
        if self.first_layer >= len(self.gradient):
            rule = f"must leave the second layer some of the {len(self.gradient)} components"
            yield Fault("GradientClipping", "first_layer", self.first_layer, rule, "choose a smaller one")
        if self.place > len(self.gradient):
            rule = f"must be one of the {len(self.gradient)} components"
            yield Fault("GradientClipping", "place", self.place, rule, "choose an earlier one")
        if not any(self.gradient):
            yield Fault("GradientClipping", "gradient", None, "has no direction, being 0", "change a component")

    def is_sensible(self) -> bool:
        """Draw gradients whose components differ in size, so that cutting some turns them."""
        return len(set(map(abs, self.gradient))) > 1

    def prompt(self) -> str:
        """State both layers' gradients and both limits."""
        layers = [
            ", ".join(map(str, layer))
            for layer in (self.gradient[: self.first_layer], self.gradient[self.first_layer :])
        ]
        rounding = "" if self._is_exact() else " What does not end may be rounded to three decimals (within 0.001)."
        return (
            f"The gradients of a network's two layers are $({layers[0]})$ and $({layers[1]})$. Give the global L2 "
            "**norm** of all components together. Component number "
            f"${self.place}$, counted from $1$ through both layers, is ${self.gradient[self.place - 1]}$: what does it "
            f"become when the whole gradient is clipped by global norm to at most ${tex(self.norm_limit)}$ "
            "(**by_norm**), and what when instead each component is clipped by value to "
            f"$[-{tex(self.limit)}, {tex(self.limit)}]$ (**by_value**)? Which of the two ways leaves the direction of "
            "this whole gradient as it was (**direction**: value, norm, both or neither)? Give exact fractions or "
            f"decimals that end.{rounding}"
        )

    def _squares(self) -> Fraction:
        return Fraction(sum(g * g for g in self.gradient))

    def _is_exact(self) -> bool:
        return exact_root(self._squares()) is not None

    def _scaled(self, norm: Fraction) -> Fraction:
        """Return the component asked for, clipped by a norm."""
        component = Fraction(self.gradient[self.place - 1])
        return component * self.norm_limit / norm if norm > self.norm_limit else component

    def _cut(self, component: int) -> Fraction:
        return max(-self.limit, min(self.limit, Fraction(component)))

    def key(self) -> Mapping[str, Answer]:
        """Scale by limit over norm if the norm is larger; cut each component."""
        norm = root(self._squares())
        # cut components stay in proportion when all shrink by the same factor
        shares = {self._cut(g) / g for g in self.gradient if g}
        return {
            "norm": self._answer(norm),
            "by_norm": self._answer(self._scaled(norm)),
            "by_value": Real(self._cut(self.gradient[self.place - 1])),
            "direction": Choice(frozenset({"both" if len(shares) == 1 else "norm"}), WAYS),
        }

    def _answer(self, value: Fraction) -> Real:
        return Real(value) if self._is_exact() else near(value)

    def witness(self) -> Mapping[str, Answer]:
        """Let optax clip, and look whether the results are parallel to the gradient."""
        values = [float(component) for component in self.gradient]
        layers, norm = optimisers.clip_by_norm(
            [values[: self.first_layer], values[self.first_layer :]], float(self.norm_limit)
        )
        by_norm, by_value = [*layers[0], *layers[1]], optimisers.clip_by_value(values, float(self.limit))
        parallel = {"norm": _is_parallel(values, by_norm), "value": _is_parallel(values, by_value)}
        kept = [way for way, is_parallel in parallel.items() if is_parallel]
        return {
            "norm": Real(rationals.simplest(norm)),
            "by_norm": Real(rationals.simplest(by_norm[self.place - 1])),
            "by_value": Real(rationals.simplest(by_value[self.place - 1])),
            "direction": Choice(frozenset({"both" if len(kept) == 2 else "".join(kept) or "neither"}), WAYS),
        }

    def mistakes(self) -> Iterator[Mistake]:
        """Name other norms, other scales, and one way of clipping for the other."""
        norm, component = root(self._squares()), Fraction(self.gradient[self.place - 1])
        sizes = [abs(g) for g in self.gradient]
        yield real("norm", "squared_norm", self._squares(), "Take the root of the sum of squares.", HALF)
        yield real("norm", "l1_norm", sum(sizes), "That is the L1 norm; L2 sums squares and takes the root.")
        yield real("norm", "largest_component", max(sizes), "That is the largest component, not the L2 norm.")
        own = self.gradient[: self.first_layer] if self.place <= self.first_layer else self.gradient[self.first_layer :]
        layer = root(Fraction(sum(g * g for g in own)))
        told = "The norm is global: over the components of both layers together."
        yield real("norm", "one_layer", layer, told, HALF, NEAR)
        if layer:
            yield real("by_norm", "one_layer", self._scaled(layer), told, HALF, NEAR)
        told = "Every component is multiplied by the limit divided by the norm."
        yield self._real("by_norm", "divided_only", component / norm, told, HALF)
        yield self._real("by_norm", "cut_at_the_limit", max(-self.norm_limit, min(self.norm_limit, component)), told)
        if norm > self.norm_limit:
            told = "The norm is larger than its limit, so the gradient is scaled."
            yield real("by_norm", "not_clipped", component, told)
        else:
            told = "The norm is not larger than its limit, so the gradient stays as it is."
            yield self._real("by_norm", "scaled_all_the_same", component * self.norm_limit / norm, told, HALF)
        told = "Clipping by value cuts each component by itself; the norm plays no part."
        yield self._real("by_value", "scaled", component * min(Fraction(1), self.limit / norm), told)
        told = "Each component beyond the limit is put on it."
        yield real("by_value", "not_clipped", component, told)
        yield real("by_value", "set_to_zero", 0, told)
        told = "That component is not beyond the limit: it stays as it is."
        yield real("by_value", "put_on_the_limit", self.limit if component > 0 else -self.limit, told)
        yield real("by_value", "sign_lost", abs(self._cut(int(component))), "The sign stays as it was.", HALF)
        told = "One factor for all components keeps the direction; cutting some of them, but not all alike, turns it."
        for way in WAYS:
            yield Mistake("direction", f"{way}_said", Choice(frozenset({way}), WAYS), told)

    def _real(self, part: str, name: str, value: Fraction, told: str, credit: Fraction = Fraction(0)) -> Mistake:
        return real(part, name, value, told, credit, Fraction(0) if self._is_exact() else NEAR)

    def recognise(self, part: str, answer: Answer) -> Mistake | None:
        """Recognise a rounded fraction."""
        return recognise_rounded(part, self.key()[part], answer)

    def working(self) -> str:
        """Write out norm, scale and cuts."""
        key, norm, component = self.key(), show(root(self._squares())), bracketed(self.gradient[self.place - 1])
        squares = " + ".join(f"{bracketed(g)}²" for g in self.gradient)
        scaled = f"{norm} is at most {show(self.norm_limit)}, so it stays {component}"
        if root(self._squares()) > self.norm_limit:
            scaled = f"{component}·{show(self.norm_limit)}/{norm}"
        cut = ", ".join(show(self._cut(g)) for g in self.gradient)
        return "\n".join(
            (
                f"norm: √({squares}) = √{self._squares()} = {key['norm']}",
                f"by_norm: {scaled} = {key['by_norm']}",
                f"all components clipped by value: {cut}",
                f"by_value: {key['by_value']}",
                f"direction: {key['direction']}",
            )
        )


def _is_parallel(one: list[float], other: list[float]) -> bool:
    """Return whether two vectors point the same way: the inequality of Cauchy and Schwarz becomes an equality."""
    inner = sum(a * b for a, b in zip(one, other, strict=True))
    return inner > 0 and abs(inner**2 - sum(a * a for a in one) * sum(b * b for b in other)) <= 1e-9 * inner**2
