"""From what was written to what it means: names become symbols, signs become operations that fit the shapes.

Juxtaposition binds tighter than a written sign, and a sign between two shapes is the one operation that fits. Where two fit
(`A*B` of square matrices) the reading notes it; `read.py` then tries both and asks if both stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from gradus.calculus import algebra
from gradus.calculus.algebra import Misfit
from gradus.calculus.expression import ONE, Expression, free_indices, number, symbol, walk
from gradus.calculus.names import split
from gradus.calculus.notation import Notation
from gradus.calculus.shapes import Sizes
from gradus.calculus.vocabulary import Vocabulary
from gradus.errors import Unreadable, suggest

DEEPEST, LONGEST_NUMBER, MOST_MATRICES, MOST_SUMS = 150, 60, 60, 4


class Meaning:
    """One pass over one notation, under one way of settling doubts.

    Args:
        text: as written, for carets.
        matrix: settle doubtful signs as matrix products and powers (else element by element), and `1/2x` as `(1/2)·x`.
    """

    def __init__(self, text: str, vocabulary: Vocabulary, bound: set[str], matrix: bool = True) -> None:
        self.text, self.vocabulary, self.bound, self.matrix = text, vocabulary, bound, matrix
        self.sizes: Final = Sizes()
        self.doubts: list[tuple[int, str]] = []
        self.notes: list[str] = []
        self.depth = self.sums = 0

    def of(self, notation: Notation) -> Expression:
        """Return the expression that a notation means."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable(self.text, notation[1], f"this nests more than {DEEPEST} deep", "write it flatter, or in steps")
        try:
            found: Expression = getattr(self, "on_" + notation[0])(notation)
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
            raise Unreadable(self.text, notation[1], f"numbers have at most {LONGEST_NUMBER} digits and exponents to ±300", "round it")
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
        tree = found.tree
        if tree.label == ("?",):
            size = self.sizes.fresh()
            return Expression(tree.head, (), (size,), (size, size) if tree.head == "eye" else (size,))
        if self.vocabulary.open and self.bound and tree.head == "symbol":
            return self.indexed(raw) or tree
        return tree

    def indexed(self, raw: str) -> Expression | None:
        """Return a bound index as a number, or in an open vocabulary the element it picks."""
        base, scripts, marks = split(raw)
        if not scripts and base in self.bound:
            return Expression("index", (), base, ())
        if self.vocabulary.open and scripts and set(scripts) <= self.bound:
            sizes = tuple(f"N_{index}" for index in scripts)
            return Expression("element", (symbol(base + marks, sizes),), scripts, ())
        return None

    def on_group(self, notation: Notation) -> Expression:
        return self.of(notation[2])

    def on_sum(self, notation: Notation) -> Expression:
        parts = notation[2]
        signs, terms = parts[::2], [self.term(part) for part in parts[1::2]]
        done: list[Expression] = []
        position = 0
        while position < len(terms):
            term, stop = terms[position], position + 1
            if isinstance(term, _Open):
                stop = self.reach(term, terms, position)
                body = [term.body, *self.signed(signs[position + 1 : stop], terms[position + 1 : stop])]
                term = self.bind(term, algebra.add(self.sizes, body))
            done.append(algebra.negative(term) if signs[position] == "-" else term)
            position = stop
        return algebra.add(self.sizes, done)

    def signed(self, signs: Sequence[str], terms: Sequence[Any]) -> list[Expression]:
        """Return terms with their signs applied."""
        closed = [self.bind(term, term.body) if isinstance(term, _Open) else term for term in terms]
        return [algebra.negative(term) if sign == "-" else term for sign, term in zip(signs, closed, strict=True)]

    def reach(self, opened: _Open, terms: Sequence[Any], position: int) -> int:
        """Return where a sum ends: after the last term that its index is free in; `sum_i a_i - b_i` sums both."""
        stop = position + 1
        for later in range(position + 1, len(terms)):
            term = terms[later]
            if opened.index and opened.index in free_indices(term.body if isinstance(term, _Open) else term):
                stop = later + 1
        if stop > position + 1:
            self.notes.append(f"the sum over {opened.index} was taken to reach to the last term with {opened.index}")
        return stop

    def term(self, notation: Notation) -> Any:
        """Return a term, left open where it ends in a sum whose reach is not known yet."""
        if notation[0] == "product":
            return self.product(notation)
        return self.of(notation)

    def on_product(self, notation: Notation) -> Expression:
        found = self.product(notation)
        return self.bind(found, found.body) if isinstance(found, _Open) else found  # type: ignore[no-any-return]

    def on_sumsign(self, notation: Notation) -> Expression:
        raise Unreadable(self.text, notation[1], "nothing follows the sum sign", "write sum_i (…)")

    def product(self, notation: Notation) -> Any:
        """Return a product, or an open sum with what stands before it."""
        parts = notation[2]
        for position in range(0, len(parts), 2):
            if parts[position][0] == "sumsign":
                if position == len(parts) - 1:
                    self.on_sumsign(parts[position])
                return self.opened(parts, position, notation[1])
        try:
            return self.multiplied(parts)
        except Misfit as misfit:
            raise Unreadable(self.text, notation[1], str(misfit), "check transposes and the order of factors") from None

    def opened(self, parts: list[Any], position: int, column: int) -> _Open:
        """Return the sum that a product ends in."""
        sign = parts[position]
        self.sums += 1
        if self.sums > MOST_SUMS:
            raise Unreadable(self.text, sign[1], f"sums nest at most {MOST_SUMS} deep", "write fewer")
        body = self.on_product(("product", column, parts[position + 1 + (parts[position + 1] == "") :] if parts[position + 1] == "" else []))
        self.sums -= 1
        before = self.multiplied(parts[: position - 1]) if position else None
        return _Open(before, parts[position - 1] if position else "", sign[2], sign[3], sign[4], sign[1], body)

    def bind(self, opened: _Open, body: Expression) -> Expression:
        """Close a sum: find how far its index runs, and apply what stands before it."""
        if not opened.index:
            inner = algebra.reduce(opened.what, body)
        else:
            inner = algebra.over(opened.what, opened.index, self.extent(opened, body), body)
        if opened.before is None:
            return inner
        if opened.sign == "/":
            return algebra.divide(self.sizes, opened.before, inner)
        return self.joined(opened.before, opened.sign, inner, opened.column)

    def extent(self, opened: _Open, body: Expression) -> Any:
        """Return the size that an index runs over, from what it picks elements of."""
        size: Any = None
        for node in walk(body):
            if node.head == "element" and opened.index in node.label:
                found = node.parts[0].shape[node.label.index(opened.index)]
                if size is not None and not self.sizes.same(size, found):
                    raise Unreadable(self.text, opened.column, f"{opened.index} runs over {size} and over {found}", "use two indices")
                size = found
        last = int(opened.last) if opened.last.isdigit() else opened.last
        if size is None and last:
            return last
        if size is None:
            raise Unreadable(self.text, opened.column, f"the index {opened.index} is used nowhere after this sum", "write sum_i x_i")
        return size

    def multiplied(self, parts: list[Any]) -> Expression:
        """Multiply factors by their signs: runs without a sign first, then from left to right."""
        operands, signs = self.runs(list(parts))
        if len(operands) > 1 and all(not operand.shape for operand in operands):
            return self.scalars(operands, signs)
        if len(operands) > MOST_MATRICES:
            raise Unreadable(self.text, parts[0][1], f"a product has at most {MOST_MATRICES} factors that are not scalars", "write it shorter")
        result = operands[0]
        for (sign, column), operand in zip(signs, operands[1:], strict=True):
            result = self.joined(result, sign, operand, column)
        return result

    def scalars(self, operands: list[Expression], signs: list[tuple[str, int]]) -> Expression:
        """Multiply and divide numbers: one product over one product."""
        tops, bottoms = [operands[0]], []
        for (sign, _), operand in zip(signs, operands[1:], strict=True):
            (bottoms if sign == "/" else tops).append(operand)
        if tops[0] == ONE and len(tops) > 1:
            del tops[0]  # 1/2·x is x/2
        top = algebra.times(self.sizes, tops)
        return Expression("div", (top, algebra.times(self.sizes, bottoms)), None, ()) if bottoms else top

    def runs(self, parts: list[Any]) -> tuple[list[Expression], list[tuple[str, int]]]:
        """Join factors that stand side by side; after a written `/` only if the doubt is settled so."""
        operands = [self.factor(parts[0], parts[2] if len(parts) > 2 and parts[1] == "" else None)]
        signs: list[tuple[str, int]] = []
        for position in range(1, len(parts), 2):
            sign, notation = parts[position], parts[position + 1]
            follower = parts[position + 3] if len(parts) > position + 3 and parts[position + 2] == "" else None
            operand = self.factor(notation, follower)
            if sign == "":
                if signs and signs[-1][0] == "/" and self.left_alone(notation):
                    signs.append(("", notation[1]))
                    operands.append(operand)
                else:
                    operands[-1] = self.beside_run(operands[-1], operand, parts, position)
            else:
                signs.append((sign, notation[1]))
                operands.append(operand)
        return operands, signs

    def beside_run(self, left: Expression, right: Expression, parts: list[Any], position: int) -> Expression:
        """Multiply side by side; `A x^T u`, which fits only from the right, is `A (x^T u)`."""
        try:
            return self.joined(left, "", right, parts[position + 1][1])
        except Misfit:
            if position + 3 < len(parts) and parts[position + 2] == "":
                follower = self.of(parts[position + 3])
                parts[position + 3] = ("ready", parts[position + 3][1], follower)
                together = self.joined(right, "", follower, parts[position + 3][1])
                parts[position + 3] = ("ready", parts[position + 3][1], number(1))
                return self.joined(left, "", together, parts[position + 1][1])
            raise

    def on_ready(self, notation: Notation) -> Expression:
        found: Expression = notation[2]
        return found

    def left_alone(self, notation: Notation) -> bool:
        """Say whether a factor after `a/b` multiplies the quotient; `1/2x`, without a space, may mean either."""
        if notation[0] in ("name", "power") and notation[1] and not self.text[_start(notation) - 1].isspace():
            self.doubts.append((notation[1], "the quotient times the next factor, or divided by it too"))
            return self.matrix
        return True

    def factor(self, notation: Notation, follower: Notation | None) -> Expression:
        """Return a factor; the figure 1 before a row is the vector of ones."""
        if notation[0] == "number" and notation[2] == "1" and follower and follower[0] == "transpose":
            return self.ones()
        return self.of(notation)

    def ones(self) -> Expression:
        """Return a vector of ones of a size yet to be known."""
        size = self.sizes.fresh()
        return Expression("ones", (), (size,), (size,))

    def joined(self, left: Expression, sign: str, right: Expression, column: int) -> Expression:
        """Multiply two operands by a sign, in the way that fits their shapes."""
        sizes = self.sizes
        if sign == "/":
            return algebra.divide(sizes, left, right)
        if not left.shape or not right.shape or sign == "⊙":
            return algebra.times(sizes, (left, right))
        if sign == "@":
            return algebra.matmul(sizes, left, right, numpy=True)
        if sign == "⊗":
            return algebra.outer(sizes, left, right)
        if sign == "·" and len(left.shape) == len(right.shape) == 1:
            return algebra.matmul(sizes, left, right, numpy=True)
        if sign == "":
            return self.beside(left, right)
        return self.starred(left, right, column)

    def beside(self, left: Expression, right: Expression) -> Expression:
        """Multiply what stands side by side: as matrices, or element by element where only that fits."""
        try:
            return algebra.matmul(self.sizes, left, right)
        except Misfit as misfit:
            if len(left.shape) == len(right.shape) and algebra.fits(self.sizes, left.shape, right.shape):
                self.notes.append("side by side was read as element by element, since the shapes fit no matrix product")
                return algebra.times(self.sizes, (left, right))
            raise misfit from None

    def starred(self, left: Expression, right: Expression, column: int) -> Expression:
        """Multiply by `*`, `·` or `×`: a matrix product or element by element, whichever fits."""
        same = left.shape == right.shape or (len(left.shape) == len(right.shape) and 1 not in (left.shape[0], right.shape[0])
               and algebra.fits(Sizes(), left.shape, right.shape))  # fmt: skip
        try:
            product = algebra.matmul(self.sizes, left, right)
        except Misfit as misfit:
            try:
                found = algebra.times(self.sizes, (left, right))
            except Misfit:
                raise misfit from None
            self.notes.append("* was read as element by element")
            return found
        if not same:
            self.notes.append("* was read as a matrix product")
            return product
        self.doubts.append((column, "a matrix product, or element by element"))
        return product if self.matrix else algebra.times(self.sizes, (left, right))

    def on_power(self, notation: Notation) -> Expression:
        _, column, base, exponent, written = notation
        named = exponent[2] if exponent[0] == "group" else exponent
        if base[0] == "name" and named[0] == "name" and named[2] in self.bound:
            found = self.picked(base, named[2])
            if found is not None:
                return found
        left = self.of(base)
        if exponent[0] == "group" and exponent[2][0] == "sum" and len(left.shape) == 2:
            stripped = exponent[2][2]
            if stripped[0] == "-" and stripped[1][0] == "number":
                return algebra.square(self.sizes, left, *(("inverse",) if stripped[1][2] == "1" else ("matpow", -int(stripped[1][2]))))
        right = self.of(exponent)
        if self.vocabulary.open and left.head == "symbol" and left.label == "e":
            return algebra.call("exp", right)
        if len(left.shape) == 2 and left.shape[0] != 1 and not right.shape and written == "^":
            return self.powered(left, right, column)
        if not left.shape and len(right.shape) == 2 and left.head == "constant":
            return algebra.call("exp", right)
        return algebra.power(self.sizes, left, right)

    def picked(self, base: Notation, index: str) -> Expression | None:
        """Return `X^i` with a bound i as the element of a batch."""
        tree: Expression = self.of(base)
        if tree.head != "symbol" or not tree.shape:
            return None
        return Expression("element", (tree,), (index,), tree.shape[1:])

    def powered(self, left: Expression, right: Expression, column: int) -> Expression:
        """Raise a matrix by `^`: a whole power of a square matrix, or element by element."""
        whole = right.label if right.head == "number" else -right.parts[0].label if right.head == "neg" and right.parts[0].head == "number" else None
        if whole is None or whole.denominator != 1 or left.shape[0] != left.shape[1]:
            return algebra.power(self.sizes, left, right)
        if whole == -1:
            return algebra.square(self.sizes, left, "inverse")
        if abs(whole) > 10**6:
            raise Unreadable(self.text, column, "a matrix is raised to a million at most", "use a smaller exponent")
        self.doubts.append((column, "a power of the matrix, or of each element"))
        return algebra.square(self.sizes, left, "matpow", int(whole)) if self.matrix else algebra.power(self.sizes, left, right)

    def on_transpose(self, notation: Notation) -> Expression:
        part = notation[2]
        if part[0] == "number" and part[2] == "1":
            return algebra.transpose(self.ones())
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
        label = {"": 2, "1": 1, "2": 2, "F": 2, "infty": "inf"}.get(notation[3])
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

    def on_cases(self, notation: Notation) -> Expression:
        _, column, pairs, otherwise = notation
        flat: list[Expression] = []
        for value, condition in pairs:
            if flat and flat[-2].head == "true":
                break
            flat += (self.of(value), self.of(condition))
        if flat[-1].head == "true":
            otherwise, flat = None, flat[:-1]
        elif otherwise is not None:
            flat.append(self.of(otherwise))
        else:
            flat.append(Expression("undefined", (), None, flat[0].shape))
        shape = flat[0].shape
        for value in (*flat[2::2], flat[-1]):
            shape = algebra.broadcast(self.sizes, shape, value.shape, "cases of one value")
        return Expression("cases", tuple(flat), None, shape) if len(flat) > 1 else flat[0]

    def on_comparison(self, notation: Notation) -> Expression:
        parts = notation[2]
        values = [self.of(part) for part in parts[::2]]
        links = [self.compared(parts[2 * k + 1], values[k], values[k + 1]) for k in range(len(values) - 1)]
        result = links[0]
        for link in links[1:]:
            result = Expression("both", (result, link), None, algebra.broadcast(self.sizes, result.shape, link.shape, "compared"))
        return result

    def compared(self, relation: str, left: Expression, right: Expression) -> Expression:
        """Return one comparison."""
        return Expression("compare", (left, right), relation, algebra.broadcast(self.sizes, left.shape, right.shape, "compared"))

    def on_both(self, notation: Notation) -> Expression:
        parts = [self.of(part) for part in notation[2]]
        result = parts[0]
        for part in parts[1:]:
            result = Expression("both", (result, part), None, algebra.broadcast(self.sizes, result.shape, part.shape, "compared"))
        return result

    def on_true(self, notation: Notation) -> Expression:
        return Expression("true", (), None, ())

    def settled(self, tree: Expression) -> Expression:
        """Put the sizes that became known into a tree."""
        if not self.sizes.asked:
            return tree

        from gradus.calculus.expression import rebuild

        def known(node: Expression) -> Expression:
            label = self.sizes.settle(node.label) if node.head in ("ones", "eye") else node.label
            return node._replace(shape=self.sizes.settle(node.shape), label=label)

        found = rebuild(tree, known)
        if any(isinstance(size, str) and size.startswith("?") for node in walk(found) for size in node.shape):
            raise Unreadable(self.text, 0, "the size of I or of the ones is not settled by what stands around it", "write I_n or ones_n")
        return found


@lru_cache(maxsize=1024)
def _small(digits: str) -> Expression:
    return number(int(digits))


class _Open:
    """A sum whose reach is not known yet: `1/n · sum_i body` before the terms that follow it are seen."""

    __slots__ = ("before", "body", "column", "index", "last", "sign", "what")

    def __init__(self, before: Expression | None, sign: str, what: str, index: str, last: str, column: int, body: Expression) -> None:
        self.before, self.sign, self.what, self.index, self.last, self.column, self.body = before, sign, what, index, last, column, body


def _start(notation: Notation) -> int:
    return _start(notation[2]) if notation[0] == "power" else int(notation[1])

