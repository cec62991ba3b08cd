"""The normal form of floors, and the way to SymPy."""

from __future__ import annotations

from math import gcd
from typing import Any

from gradus.networks.symbols import Atom, Closed, Operand, compound


def floor(numerator: Operand, denominator: Operand) -> Operand:
    """Return ⌊numerator/denominator⌋ in its normal form.

    >>> from gradus.networks.symbols import symbol
    >>> n = symbol("n")
    >>> print(floor(4 * n + 6, 8), "and", -floor(-n, 2), "and", floor(floor(n, 3) + 1, 2))
    ⌊(n + 1)/2⌋ and ⌊(n + 1)/2⌋ and ⌊(n + 3)/6⌋
    """
    if isinstance(numerator, int) and isinstance(denominator, int):
        return numerator // denominator
    if isinstance(denominator, int):
        assert isinstance(numerator, Closed)
        return _by_number(numerator, denominator)
    return _by_symbols(numerator, denominator)


def _by_number(numerator: Closed, d: int) -> Operand:
    if d == 1:
        return numerator
    if d < 0:
        return floor(-numerator, -d)
    leading = max((term for term in numerator.terms if term[0]), key=lambda term: len(term[0]))
    if leading[1] < 0:  # ⌊−a/d⌋ = −⌈a/d⌉
        return -floor(-numerator + (d - 1), d)
    outside: Operand = 0
    inside: Operand = 0
    for monomial, factor in numerator.terms:
        whole = factor // d if not monomial or factor % d == 0 else 0
        rest = factor - whole * d
        term = Closed(((monomial, 1),)) if monomial else 1
        outside, inside = outside + whole * term, inside + rest * term
    if isinstance(inside, int):
        return outside + inside // d
    return outside + _nested(*_reduced(inside, d))


def _reduced(numerator: Closed, d: int) -> tuple[Operand, int]:
    common = d
    for monomial, factor in numerator.terms:
        if monomial:
            common = gcd(common, factor)
    if common == 1:
        return numerator, d
    shrunk: Operand = 0
    for monomial, factor in numerator.terms:
        shrunk = shrunk + (factor // common) * (Closed(((monomial, 1),)) if monomial else 1)
    return shrunk, d // common


def _nested(numerator: Operand, d: int) -> Operand:
    if d == 1 or isinstance(numerator, int):
        return floor(numerator, d)
    for monomial, factor in numerator.terms:
        if factor == 1 and len(monomial) == 1 and monomial[0].kind == "floor":
            inner, by = monomial[0].parts
            n = _constant(by)
            if n is not None:
                rest = numerator - Closed(((monomial, 1),))
                return floor(inner + n * rest, n * d)
    return compound("floor", numerator, d)


def _constant(closed: Closed) -> int | None:
    return closed.terms[0][1] if len(closed.terms) == 1 and not closed.terms[0][0] else None


def _by_symbols(numerator: Operand, denominator: Closed) -> Operand:
    if isinstance(numerator, int):
        return 0 if numerator == 0 else compound("floor", numerator, denominator)
    if numerator == denominator:
        return 1
    outside: Operand = 0
    inside: Operand = 0
    single = denominator.terms[0] if len(denominator.terms) == 1 else None
    for monomial, factor in numerator.terms:
        quotient = _quotient(monomial, single[0]) if single and factor % single[1] == 0 else None
        if single and quotient is not None:
            outside = outside + (factor // single[1]) * (Closed(((quotient, 1),)) if quotient else 1)
        else:
            inside = inside + factor * (Closed(((monomial, 1),)) if monomial else 1)
    rest: Operand = 0 if inside == 0 else compound("floor", inside, denominator)
    return outside + rest


def _quotient(monomial: tuple[Atom, ...], divisor: tuple[Atom, ...]) -> tuple[Atom, ...] | None:
    left = list(monomial)
    for atom in divisor:
        if atom not in left:
            return None
        left.remove(atom)
    return tuple(left)


def to_sympy(closed: Operand) -> Any:
    """Return a closed form as a SymPy expression in positive integer symbols."""
    import sympy

    if isinstance(closed, int):
        return sympy.Integer(closed)
    result = sympy.Integer(0)
    for monomial, factor in closed.terms:
        result += sympy.prod([sympy.Integer(factor), *map(_atom_to_sympy, monomial)])
    return result


def _atom_to_sympy(atom: Atom) -> Any:
    import sympy

    if atom.kind == "symbol":
        return sympy.Symbol(atom.name, integer=True, positive=True)
    one, other = map(to_sympy, atom.parts)
    if atom.kind == "floor":
        return sympy.floor(one / other)
    return (sympy.Min if atom.kind == "least" else sympy.Max)(one, other)
