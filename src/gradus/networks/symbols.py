"""Closed forms: whole numbers that depend on symbols, kept in one normal form.

A closed form is a polynomial with whole coefficients. Its variables are symbols, and *atoms* that cannot be
multiplied out: floors and choices of the lesser or greater. Floors are normalised, so that nested ones become one:

    ⌊(⌊(H − 3)/2⌋ + 1 − 2)/2⌋ + 1  =  ⌊(H − 5)/4⌋ + 1

by ⌊(⌊a/m⌋ + b)/n⌋ = ⌊(a + m·b)/(m·n)⌋ and ⌈a/n⌉ = ⌊(a + n − 1)/n⌋ (Graham, Knuth and Patashnik, "Concrete
Mathematics", section 3.2, equation 3.11). All symbols stand for positive whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from gradus.errors import Fault
from gradus.networks.printing import ATOM, TEXT, Notation, Piece, join, number
from gradus.networks.tree import chosen

Operand: TypeAlias = "Closed | int"


@dataclass(frozen=True, slots=True, order=True)
class Atom:
    """A variable of the polynomial: a symbol by its name, or a floor or a choice of two closed forms.

    Args:
        kind: `symbol`, `floor`, `least` or `greatest`.
        name: the symbol's name, or the writing of the whole, by which atoms are ordered.
        parts: numerator and denominator, or the two to choose from.
    """

    kind: str
    name: str
    parts: tuple[Closed, ...] = ()


Monomial = tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """A polynomial over atoms: pairs of a monomial and its coefficient, in a fixed order.

    >>> H = symbol("H")
    >>> print(((H - 3) // 2 + 1 - 2) // 2 + 1)
    ⌊(H − 1)/4⌋
    >>> (2 * H + 3).at(H=10)
    23
    """

    terms: tuple[tuple[Monomial, int], ...]

    def __add__(self, other: Operand) -> Any:
        terms = dict(self.terms)
        for monomial, factor in _closed(other).terms:
            terms[monomial] = terms.get(monomial, 0) + factor
        return _normal(terms)

    __radd__ = __add__

    def __neg__(self) -> Any:
        return _normal({monomial: -factor for monomial, factor in self.terms})

    def __sub__(self, other: Operand) -> Any:
        return self + -other

    def __rsub__(self, other: Operand) -> Any:
        return -self + other

    def __mul__(self, other: Operand) -> Any:
        terms: dict[Monomial, int] = {}
        for one, a in self.terms:
            for two, b in _closed(other).terms:
                monomial = tuple(sorted(one + two))
                terms[monomial] = terms.get(monomial, 0) + a * b
        return _normal(terms)

    __rmul__ = __mul__

    def __floordiv__(self, other: Operand) -> Any:
        from gradus.networks.floors import floor

        return floor(self, other)

    def __rfloordiv__(self, other: Operand) -> Any:
        from gradus.networks.floors import floor

        return floor(other, self)

    def least(self, other: Operand) -> Any:
        """Return the lesser of two: one of them where the difference is known, an atom otherwise."""
        return _choice("least", self, other)

    def greatest(self, other: Operand) -> Any:
        """Return the greater of two: one of them where the difference is known, an atom otherwise."""
        return _choice("greatest", self, other)

    def at(self, **values: Any) -> Any:
        """Return the number for given values of all symbols, or an array where the values are arrays."""
        return sum(factor * _evaluated(monomial, values) for monomial, factor in self.terms)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The names of all symbols, in order."""
        found: set[str] = set()
        for monomial, _ in self.terms:
            for atom in monomial:
                found.update([atom.name] if atom.kind == "symbol" else _names(atom.parts))
        return tuple(sorted(found))

    def piece(self, notation: Notation) -> Piece:
        """Write the closed form in a notation."""
        result: Piece | None = None
        terms = sorted(_gathered(self).terms, key=_rank)
        first = next((term for term in terms if term[1] > 0), None)
        for monomial, factor in terms if first is None else (first, *(term for term in terms if term is not first)):
            written = _monomial(monomial, abs(factor), notation)
            if result is None:
                result = written if factor > 0 else join("negative", written, written, notation)
            else:
                result = join("sum" if factor > 0 else "difference", result, written, notation)
        return result or number(0, notation)

    def sympy(self) -> Any:
        """Return the same as a SymPy expression in positive integer symbols; SymPy is imported only now."""
        from gradus.networks.floors import to_sympy

        return to_sympy(self)

    def __str__(self) -> str:
        return self.piece(TEXT).text

    def __repr__(self) -> str:
        return f"Closed({str(self)!r})"


def symbol(name: str) -> Closed:
    """Return a symbol for a positive whole number.

    >>> print(3 * symbol("k") * symbol("k") + 1)
    3·k² + 1
    """
    if not isinstance(name, str) or not name.isidentifier():
        raise Fault("symbol", "name", name, "must be a name of letters, digits and _", "write for example H")
    return Closed((((Atom("symbol", name),), 1),))


def _closed(value: Operand) -> Closed:
    if isinstance(value, Closed):
        return value
    return Closed((((), int(value)),) if value else ())


def _normal(terms: dict[Monomial, int]) -> Operand:
    kept = tuple(sorted((monomial, factor) for monomial, factor in terms.items() if factor))
    if not kept:
        return 0
    return kept[0][1] if len(kept) == 1 and not kept[0][0] else Closed(kept)


def compound(kind: str, *parts: Operand) -> Closed:
    """Return a closed form of one atom: a floor or a choice."""
    closed = tuple(map(_closed, parts))
    one, other = (part.piece(TEXT) for part in closed)
    return Closed((((Atom(kind, join(kind, one, other, TEXT).text, closed),), 1),))


def _choice(kind: str, one: Closed, other: Operand) -> Operand:
    difference = one - other
    if isinstance(difference, int):
        smaller, larger = (one, other) if difference <= 0 else (other, one)
        return smaller if kind == "least" else larger
    return compound(kind, one, other)


def _evaluated(monomial: Monomial, values: dict[str, Any]) -> Any:
    result: Any = 1
    for atom in monomial:
        if atom.kind == "symbol":
            if atom.name not in values:
                raise Fault("symbols", atom.name, None, "has no value", f"give {atom.name}=…")
            result = result * values[atom.name]
            continue
        one, other = (part.at(**values) for part in atom.parts)
        result = result * (one // other if atom.kind == "floor" else chosen(atom.kind, one, other))
    return result


def _gathered(closed: Closed) -> Closed:
    """Return the same with a constant moved into its only floor: ⌊(H − 1)/4⌋ for ⌊(H + 3)/4⌋ − 1."""
    if len(closed.terms) != 2 or closed.terms[0][0]:
        return closed
    (_, constant), (monomial, factor) = closed.terms
    if factor != 1 or len(monomial) > 1 or monomial[0].kind != "floor":
        return closed
    numerator, by = monomial[0].parts
    if not by.terms or by.terms[0][0]:
        return closed
    moved = numerator + constant * by.terms[0][1]
    assert isinstance(moved, Closed)
    return Closed((((Atom("floor", monomial[0].name, (moved, by)),), 1),))


def _names(parts: Iterable[Closed]) -> set[str]:
    return {name for part in parts for name in part.symbols}


def _rank(term: tuple[Monomial, int]) -> tuple[int, int, Monomial]:
    return -len(term[0]), any(atom.kind != "symbol" for atom in term[0]), term[0]


def _monomial(monomial: Monomial, factor: int, notation: Notation) -> Piece:
    pieces = [] if factor == 1 and monomial else [number(factor, notation)]
    for atom in dict.fromkeys(monomial):
        base = _atom(atom, notation)
        power = monomial.count(atom)
        pieces.append(base if power == 1 else Piece(_power(base.text, power, notation), ATOM))
    result = pieces[0]
    for factor_piece in pieces[1:]:
        result = join("product", result, factor_piece, notation)
    return result


def _atom(atom: Atom, notation: Notation) -> Piece:
    if atom.kind == "symbol":
        return Piece(atom.name if notation is TEXT or len(atom.name) == 1 else rf"\mathrm{{{atom.name}}}", ATOM)
    one, other = (part.piece(notation) for part in atom.parts)
    return join(atom.kind, one, other, notation)


def _power(text: str, power: int, notation: Notation) -> str:
    if notation is not TEXT:
        return f"{text}^{{{power}}}"
    return text + "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(power))
