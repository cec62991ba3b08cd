"""Formula trees as text and as LaTeX.

Both writings share one walk; they differ in their signs, which a `Notation` holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from gradus.networks.tree import Constant, Node, Operation, Slot

SUM, PRODUCT, ATOM = 1, 2, 3
"""How tightly a piece of writing holds together; a looser piece inside a tighter one gets brackets."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Writing of a part of a formula, and how tightly it holds together."""

    text: str
    grip: int

    def inside(self, grip: int) -> str:
        """Return the writing, bracketed if it is looser than its surroundings."""
        return self.text if self.grip >= grip else f"({self.text})"


@dataclass(frozen=True, slots=True)
class Notation:
    """The signs of one way of writing; `{0}` and `{1}` stand for the operands of a division or a choice."""

    plus: str
    minus: str
    times: str
    floor: str
    ceiling: str
    ratio: str
    least: str
    greatest: str
    fences: bool
    """Whether operands of a division need brackets of their own: yes on one line, no in a built-up fraction."""


TEXT = Notation(
    " + ", " − ", "·", "⌊{0}/{1}⌋", "⌈{0}/{1}⌉", "{0}/{1}", "min({0}, {1})", "max({0}, {1})", fences=True
)  # fmt: skip
LATEX = Notation(
    " + ",
    " - ",
    r" \cdot ",
    r"\left\lfloor \frac{{{0}}}{{{1}}} \right\rfloor",
    r"\left\lceil \frac{{{0}}}{{{1}}} \right\rceil",
    r"\frac{{{0}}}{{{1}}}",
    r"\min\left({0},\ {1}\right)",
    r"\max\left({0},\ {1}\right)",
    fences=False,
)
PROGRAM = Notation(
    " + ", " - ", " * ", "({0} // {1})", "(-(-({0}) // {1}))", "({0} // {1})", "min({0}, {1})", "max({0}, {1})", True
)  # fmt: skip
"""Python's own signs: what is printed with them can be run. A ratio is a division known to leave no remainder."""


def write(tree: Node, pieces: tuple[Piece, ...], notation: Notation) -> Piece:
    """Write a tree, its slots filled with the pieces.

    >>> a, b = Slot(0, "a"), Slot(1, "b")
    >>> write((a + 2 * b - 3) // b, (Piece("128", ATOM), Piece("1", ATOM)), TEXT).text
    '⌊(128 + 2·1 − 3)/1⌋'
    """
    operations: list[Operation] = []
    while isinstance(tree, Operation):  # rules add and multiply from left to right: sums of thousands lean that way
        operations.append(tree)
        tree = tree.left
    assert isinstance(tree, Slot | Constant)
    found = pieces[tree.index] if isinstance(tree, Slot) else number(tree.value, notation)
    for kind, run in groupby(reversed(operations), key=attrgetter("kind")):
        rights = [write(operation.right, pieces, notation) for operation in run]
        if kind == "sum":
            added = [notation.plus + right.inside(_after_plus(right)) for right in rights]
            found = Piece(found.text + "".join(added), SUM)
        else:
            for right in rights:
                found = join(kind, found, right, notation)
    return found


def join(kind: str, left: Piece, right: Piece, notation: Notation) -> Piece:
    """Write one operation on two written operands."""
    if kind == "sum":
        return Piece(left.text + notation.plus + right.inside(_after_plus(right)), SUM)
    if kind == "difference":
        return Piece(left.text + notation.minus + right.inside(PRODUCT), SUM)
    if kind == "product":
        return Piece(left.inside(PRODUCT) + notation.times + right.inside(PRODUCT), PRODUCT)
    if kind == "negative":
        return Piece(notation.minus.strip() + left.inside(PRODUCT), SUM)
    return _division(kind, left, right, notation)


def _after_plus(piece: Piece) -> int:
    return PRODUCT if piece.text.startswith(("−", "-")) else SUM  # a + (−b), but a + b − c


def _division(kind: str, left: Piece, right: Piece, notation: Notation) -> Piece:
    fenced = notation.fences and kind not in {"least", "greatest"}
    operands = (left.inside(PRODUCT), right.inside(ATOM)) if fenced else (left.text, right.text)
    form: str = getattr(notation, kind)
    # A fraction on one line is a product as far as brackets go, but 3·(16/4) reads better than 3·16/4.
    grip = SUM if kind == "ratio" and notation.fences else ATOM
    return Piece(form.format(*operands), grip)


def number(value: int, notation: Notation) -> Piece:
    """Write a whole number; a negative one gets brackets wherever a sum would."""
    return Piece(str(value), ATOM) if value >= 0 else Piece(notation.minus.strip() + str(-value), SUM)
