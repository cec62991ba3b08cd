"""Sums over an index: where one ends, what it runs over, and what stands before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gradus.calculus import algebra, products
from gradus.calculus.algebra import Misfit
from gradus.calculus.expression import Expression, extents, free_indices
from gradus.calculus.notation import Notation
from gradus.errors import Unreadable

if TYPE_CHECKING:
    from gradus.calculus.meaning import Meaning

MOST_SUMS = 4


class _Open:
    """A sum whose reach is not known yet: `1/n · sum_i body` before the terms that follow it are seen."""

    __slots__ = ("before", "body", "column", "index", "last", "sign", "what")

    def __init__(
        self, before: Expression | None, sign: str, what: str, index: str, last: str, column: int, body: Expression
    ) -> None:
        self.before, self.sign, self.what, self.index, self.last, self.column, self.body = (
            before,
            sign,
            what,
            index,
            last,
            column,
            body,
        )


def sum_of(m: Meaning, notation: Notation) -> Expression:
    """Return a sum of terms; a term that ends in a sum over an index may swallow those after it."""
    parts = notation[2]
    signs, terms = parts[::2], [_term(m, part) for part in parts[1::2]]
    done: list[Expression] = []
    position = 0
    last = _last(terms) if len(terms) > 1 and any(isinstance(term, _Open) for term in terms) else {}
    while position < len(terms):
        term, stop = terms[position], position + 1
        if isinstance(term, _Open):
            stop = _reach(m, term, last, position)
            body = [term.body, *_signed(m, signs[position + 1 : stop], terms[position + 1 : stop])]
            term = _bind(m, term, algebra.add(m.sizes, body))
        done.append(algebra.negative(term) if signs[position] == "-" else term)
        position = stop
    return algebra.add(m.sizes, done)


def _signed(m: Meaning, signs: Sequence[str], terms: Sequence[Any]) -> list[Expression]:
    """Return terms with their signs applied."""
    closed = [_bind(m, term, term.body) if isinstance(term, _Open) else term for term in terms]
    return [algebra.negative(term) if sign == "-" else term for sign, term in zip(signs, closed, strict=True)]


def _free(term: Any) -> set[str]:
    """Return the indices that are free in a term; what a later sum binds is its own."""
    if not isinstance(term, _Open):
        return free_indices(term)
    before = set() if term.before is None else free_indices(term.before)
    return before | (free_indices(term.body) - {term.index})


def _last(terms: Sequence[Any]) -> dict[str, int]:
    """Return where each index is free for the last time; once for all sums, whose number may be large."""
    return {index: position for position, term in enumerate(terms) for index in _free(term)}


def _reach(m: Meaning, opened: _Open, last: dict[str, int], position: int) -> int:
    """Return where a sum ends: after the last term that its index is free in; `sum_i a_i - b_i` sums both."""
    stop = max(position, last.get(opened.index, 0) if opened.index else 0) + 1
    if stop > position + 1:
        m.notes.append(f"the sum over {opened.index} was taken to reach to the last term with {opened.index}")
    return stop


def _term(m: Meaning, notation: Notation) -> Any:
    """Return a term, left open where it ends in a sum whose reach is not known yet."""
    if notation[0] == "product":
        return _product(m, notation)
    return m.of(notation)


def product_of(m: Meaning, notation: Notation) -> Expression:
    """Return a product that stands alone."""
    found = _product(m, notation)
    return _bind(m, found, found.body) if isinstance(found, _Open) else found


def lonely_sign(m: Meaning, notation: Notation) -> Expression:
    """Refuse a sum sign with nothing after it."""
    raise Unreadable(m.text, notation[1], "nothing follows the sum sign", "write sum_i (…)")


def _product(m: Meaning, notation: Notation) -> Any:
    """Return a product, or an open sum with what stands before it."""
    parts = notation[2]
    for position in range(0, len(parts), 2):
        if parts[position][0] == "sumsign":
            if position == len(parts) - 1 or parts[position + 1]:
                lonely_sign(m, parts[position])
            return _opened(m, parts, position, notation[1])
    try:
        return products.multiplied(m, parts)
    except Misfit as misfit:
        raise Unreadable(m.text, notation[1], str(misfit), "check transposes and the order of factors") from None


def _opened(m: Meaning, parts: list[Any], position: int, column: int) -> _Open:
    """Return the sum that a product ends in."""
    sign = parts[position]
    m.sums += 1
    if m.sums > MOST_SUMS:
        raise Unreadable(m.text, sign[1], f"sums nest at most {MOST_SUMS} deep", "write fewer")
    body = product_of(m, ("product", column, parts[position + 2 :]))
    m.sums -= 1
    before = products.multiplied(m, parts[: position - 1]) if position else None
    return _Open(before, parts[position - 1] if position else "", sign[2], sign[3], sign[4], sign[1], body)


def _bind(m: Meaning, opened: _Open, body: Expression) -> Expression:
    """Close a sum: find how far its index runs, and apply what stands before it."""
    if not opened.index:
        inner = algebra.reduce(opened.what, body)
    else:
        inner = algebra.over(opened.what, opened.index, _extent(m, opened, body), body)
    if opened.before is None:
        return inner
    if opened.sign == "/":
        return algebra.divide(m.sizes, opened.before, inner)
    return products.joined(m, opened.before, opened.sign, inner, opened.column)


def _extent(m: Meaning, opened: _Open, body: Expression) -> Any:
    """Return the size that an index runs over, from what it picks elements of."""
    size: Any = None
    for _, found in extents(body, (opened.index,)):
        if size is not None and not m.sizes.same(size, found):
            raise Unreadable(
                m.text, opened.column, f"{opened.index} runs over {size} and over {found}", "use two indices"
            )
        size = found
    last = int(opened.last) if opened.last.isdigit() else opened.last
    if size is None and last:
        return last
    if size is None:
        raise Unreadable(
            m.text, opened.column, f"the index {opened.index} is used nowhere after this sum", "write sum_i x_i"
        )
    return size
