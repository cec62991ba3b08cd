"""Exact comparison of polynomials and rational expressions, in the field of whole numbers modulo a prime of 61 bits.

Two polynomials of degree d that differ agree at a random point of the field with a chance below d / 2^61, whatever
the size of their coefficients: no rounding, no growing fractions, and `x^(10^9)` costs thirty multiplications.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zlib import crc32

from gradus.calculus.expression import Expression

PRIME = 2**61 - 1


class Inexact(Exception):
    """The expression leaves the field: a division by zero, a root, a function."""


def whole(tree: Expression) -> int | None:
    """Return a constant whole number that is written out, as in `x^(10^9)`; `None` if it is none or too long."""
    if tree.head == "number":
        fraction: Fraction = tree.label
        return int(fraction) if fraction.denominator == 1 else None
    if tree.head == "neg":
        inner = whole(tree.parts[0])
        return None if inner is None else -inner
    if tree.head in ("add", "mul"):
        found = [value for part in tree.parts if (value := whole(part)) is not None and value.bit_length() <= 4_000]
        if len(found) < len(tree.parts) or len(found) > 100:
            return None
        return sum(found) if tree.head == "add" else math.prod(found)
    if tree.head == "pow":
        base, exponent = whole(tree.parts[0]), whole(tree.parts[1])
        if base is None or exponent is None or exponent < 0 or base.bit_length() * exponent > 10_000:
            return None
        return int(base**exponent)
    return None


def residue(tree: Expression, seed: int) -> int:
    """Return the value of a rational expression at one random point of the field.

    Raises:
        Inexact: a denominator is zero there.
    """
    head, parts = tree.head, tree.parts
    if head == "symbol" or head == "size":
        return point(tree.label, seed)
    if head == "number":
        value: Fraction = tree.label
        if value.denominator == 1:
            return value.numerator % PRIME
        return value.numerator * pow(value.denominator, -1, PRIME) % PRIME
    if head == "add":
        return sum([residue(part, seed) for part in parts]) % PRIME
    if head == "mul":
        product = 1
        for part in parts:
            product = product * residue(part, seed) % PRIME
        return product
    if head == "neg":
        return -residue(parts[0], seed) % PRIME
    if head == "div":
        return residue(parts[0], seed) * inverse(residue(parts[1], seed)) % PRIME
    exponent = whole(parts[1])
    assert exponent is not None
    base = residue(parts[0], seed)
    return pow(base if exponent >= 0 else inverse(base), abs(exponent), PRIME)


def inverse(value: int) -> int:
    """Return 1/value in the field."""
    if not value % PRIME:
        raise Inexact
    return pow(value, -1, PRIME)


@lru_cache(maxsize=4096)
def point(name: str, seed: int) -> int:
    """Return a symbol's coordinate, a hash of its name."""
    state: Any = crc32(name.encode()) * 0x9E3779B97F4A7C15 + seed * 0xBF58476D1CE4E5B9 + 0x94D049BB133111EB
    state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9
    return int((state ^ (state >> 27)) * 0x94D049BB133111EB % (PRIME - 2) + 1)


SEEDS = (1, 2)


def residues(tree: Expression) -> tuple[int, ...] | None:
    """Return the values of a rational expression at two points of the field; `None` where it has none.

    >>> from gradus.calculus.read import read
    >>> from gradus.calculus.vocabulary import OPEN
    >>> found = [residues(read(text, OPEN).expression) for text in ("(x+1)^2", "x^2+2x+1", "x^2+2*x+1+10^(-50)")]
    >>> found[0] == found[1], found[0] == found[2]
    (True, False)
    """
    try:
        return tuple(residue(tree, seed) for seed in SEEDS)
    except Inexact:
        return None
