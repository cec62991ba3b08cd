"""From what was written to what it means: names become symbols, signs become operations that fit the shapes.

Juxtaposition binds tighter than a written sign, and a sign between two shapes is the one operation that fits. Where
two fit (`A*B` of square matrices) the reading notes it; `read.py` then tries both and asks if both stand.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from gradus.calculus import algebra, cases, powers, products, sums
from gradus.calculus.algebra import Misfit
from gradus.calculus.expression import Expression, extents, free_indices, number, rebuild, symbol, walk
from gradus.calculus.names import split
from gradus.calculus.notation import Notation
from gradus.calculus.repeats import Repeated
from gradus.calculus.shapes import Shape, Size, Sizes
from gradus.calculus.vocabulary import Vocabulary
from gradus.errors import Unreadable, suggest

DEEPEST, LONGEST_NUMBER = 150, 60


class Meaning:
    """One pass over one notation, under one way of settling doubts.

    Args:
        text: as written, for carets.
        matrix: settle doubtful signs as matrix products and powers (else element by element), and `1/2x` as
            `(1/2)·x`.
    """

    def __init__(self, text: str, vocabulary: Vocabulary, bound: set[str], matrix: bool = True) -> None:
        self.text, self.vocabulary, self.bound, self.matrix = text, vocabulary, bound, matrix
        self.sizes: Sizes = Sizes()
        self.doubts: list[tuple[int, str]] = []
        self.notes: list[str] = []
        self.depth = self.sums = self.deepest = 0
        self.picks = False
        self.repeated: dict[int, tuple[Expression, int]] = {}
        self.methods = _methods()

    def of(self, notation: Notation) -> Expression:
        """Return the expression that a notation means."""
        depth = self.depth = self.depth + 1
        if depth > self.deepest:
            self.deepest = depth
        if depth > DEEPEST:
            raise Unreadable(
                self.text, notation[1], f"this nests more than {DEEPEST} deep", "write it flatter, or in steps"
            )
        try:
            found = self.methods[notation[0]](self, notation)
        except Misfit as misfit:
            raise Unreadable(self.text, notation[1], str(misfit), "check transposes and the order of factors") from None
        self.depth -= 1
        return found

    def on_number(self, notation: Notation) -> Expression:
        digits = notation[2]
        return _small(digits) if len(digits) < 6 and digits.isdigit() else number(self.literal(notation))

    def literal(self, notation: Notation) -> Fraction:
        """Return an exact number; one too long to be meant is refused before it is computed."""
        digits, _, exponent = notation[2].lower().partition("e")
        if len(digits) > LONGEST_NUMBER or len(exponent) > 4 or abs(int(exponent or 0)) > 300:
            raise Unreadable(
                self.text,
                notation[1],
                f"numbers have at most {LONGEST_NUMBER} digits and exponents to ±300",
                "round it",
            )
        return Fraction(notation[2])

    def on_name(self, notation: Notation) -> Expression:
        _, column, raw, found = notation
        if found is None or found.tree is None:
            tree = self.indexed(raw) if found is None else None
            if tree is not None:
                return tree
            if found is not None:
                raise Unreadable(self.text, column, f"{raw} is a function and needs an argument", f"write {raw}(…)")
            remedy = suggest(raw, self.vocabulary.names())
            raise Unreadable(self.text, column, f"{raw} is not a symbol of this question", remedy)
        meant: Expression = found.tree
        if meant.label == ("?",):
            size = self.sizes.fresh()
            return Expression(meant.head, (), (size,), (size, size) if meant.head == "eye" else (size,))
        self.picks = self.picks or meant.head == "element"
        if self.vocabulary.open and self.bound and meant.head == "symbol":
            return self.indexed(raw) or meant
        return meant

    def indexed(self, raw: str) -> Expression | None:
        """Return a bound index as a number, or in an open vocabulary the element it picks."""
        base, scripts, marks = split(raw)
        if not scripts and base in self.bound:
            return Expression("index", (), base, ())
        if self.vocabulary.open and scripts and set(scripts) <= self.bound:
            sizes = tuple(f"N_{index}" for index in scripts)
            return Expression("element", (symbol(base + marks, sizes),), scripts, ())
        return None

    def on_sum(self, notation: Notation) -> Expression:
        return sums.sum_of(self, notation)

    def on_product(self, notation: Notation) -> Expression:
        return sums.product_of(self, notation)

    def on_sumsign(self, notation: Notation) -> Expression:
        return sums.lonely_sign(self, notation)

    def on_power(self, notation: Notation) -> Expression:
        return powers.power_of(self, notation)

    def on_cases(self, notation: Notation) -> Expression:
        return cases.cases_of(self, notation)

    def on_comparison(self, notation: Notation) -> Expression:
        return cases.comparison_of(self, notation)

    def on_both(self, notation: Notation) -> Expression:
        return cases.both_of(self, notation)

    def on_group(self, notation: Notation) -> Expression:
        """Return what stands in brackets; once, where the same brackets stand again."""
        repeated: Repeated | None = notation[3]
        if repeated is None or not repeated.used:
            return self.of(notation[2])
        known = None if self.bound else self.repeated.get(repeated.column)  # what an index means hangs on its sum
        if known is not None and self.depth + known[1] <= DEEPEST:
            return known[0]
        said, above, self.deepest = self.said(), self.deepest, self.depth
        doubts, moved = len(self.doubts), notation[1] - repeated.column
        try:
            found = self.of(notation[2])
        except Unreadable as fault:  # told where it stands, not where its like stood first
            if 0 <= fault.column - repeated.column < len(repeated.content):
                fault.column += moved
            raise
        self.doubts[doubts:] = [(column + moved, rule) for column, rule in self.doubts[doubts:]]
        if said == self.said():
            self.repeated[repeated.column] = found, self.deepest - self.depth
        self.deepest = max(above, self.deepest)
        return found

    def said(self) -> tuple[int, ...]:
        """Return how much was noted, doubted and left to be settled: what hangs on that is worked out every time."""
        return len(self.notes), len(self.doubts), self.sizes.asked

    def on_transpose(self, notation: Notation) -> Expression:
        part = notation[2]
        if part[0] == "number" and part[2] == "1":
            return algebra.transpose(products.ones(self))
        tree = self.of(part)
        if not tree.shape and notation[3].startswith("^") and "T" in notation[3] and "T" in self.vocabulary.by_name:
            return algebra.power(self.sizes, tree, symbol("T"))
        return algebra.transpose(tree)

    def on_inverse(self, notation: Notation) -> Expression:
        return algebra.transpose(algebra.square(self.sizes, self.of(notation[2]), "inverse"))

    def on_factorial(self, notation: Notation) -> Expression:
        return algebra.call("factorial", self.of(notation[2]))

    def on_absolute(self, notation: Notation) -> Expression:
        return algebra.call("abs", self.of(notation[2]))

    def on_norm(self, notation: Notation) -> Expression:
        part = self.of(notation[2])
        label = {"": 2, "1": 1, "2": 2, "F": 2, "infty": "inf", "inf": "inf", "∞": "inf"}.get(notation[3])
        if label is None:
            raise Unreadable(self.text, notation[1], "norms are 1, 2, F and infinity", "write ||x||_2")
        return Expression("norm", (part,), label, ()) if part.shape else algebra.call("abs", part)

    def on_fraction(self, notation: Notation) -> Expression:
        return algebra.divide(self.sizes, self.of(notation[2]), self.of(notation[3]))

    def on_root(self, notation: Notation) -> Expression:
        return algebra.call("sqrt", self.of(notation[2]))

    def on_apply(self, notation: Notation) -> Expression:
        from gradus.calculus.application import apply

        return apply(self, notation)

    def on_pair(self, notation: Notation) -> Expression:
        raise Unreadable(self.text, notation[1], "a list of values cannot stand here", "write one value")

    def on_true(self, notation: Notation) -> Expression:
        return Expression("true", (), None, ())

    def settled(self, tree: Expression, shape: Shape | None) -> Expression:
        """Put the sizes that became known into a tree; the shape that is asked settles those that nothing else does."""
        if self.bound and any(node.head == "index" and node.label in free_indices(tree) for node in walk(tree)):
            index = min(self.bound & free_indices(tree))
            raise Unreadable(self.text, 0, f"{index} stands outside the sum over {index}", "put brackets round the sum")
        if self.picks:
            self.one_size_each(tree)
        if not self.sizes.asked:
            return tree
        if shape is not None:
            algebra.fits(self.sizes, tree.shape, shape)

        def known(node: Expression) -> Expression:
            label = self.sizes.settle(node.label) if node.head in ("ones", "eye") else node.label
            return node._replace(shape=self.sizes.settle(node.shape), label=label)

        found = rebuild(tree, known)
        if any(node.head in ("ones", "eye") and node.label == (1,) for node in walk(found)):
            raise Unreadable(self.text, 0, "the ones here would be a single one", "write 1, or check the transposes")
        if any(isinstance(size, str) and size.startswith("?") for node in walk(found) for size in node.shape):
            raise Unreadable(
                self.text,
                0,
                "the size of I or of the ones is not settled by what stands around it",
                "write I_n or ones_n",
            )
        return found

    def one_size_each(self, tree: Expression) -> None:
        """Refuse a free index that picks elements of batches of different sizes."""
        known: dict[str, Size] = {}
        for index, size in extents(tree, free_indices(tree)):
            if known.setdefault(index, size) != size:
                raise Unreadable(self.text, 0, f"{index} runs over {known[index]} and over {size}", "use two indices")


@lru_cache(maxsize=1)
def _methods() -> dict[str, Callable[[Meaning, Notation], Expression]]:
    return {name[3:]: method for name, method in vars(Meaning).items() if name.startswith("on_")}


@lru_cache(maxsize=1024)
def _small(digits: str) -> Expression:
    return number(int(digits))
