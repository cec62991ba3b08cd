"""The door of the reader: text in, one meaning out, or a question back to the writer."""

from __future__ import annotations

from dataclasses import dataclass

from gradus.calculus.expression import Expression
from gradus.calculus.grammar import parse
from gradus.calculus.meaning import Meaning
from gradus.calculus.scanner import Scan
from gradus.calculus.shapes import Shape
from gradus.calculus.vocabulary import Vocabulary
from gradus.errors import Unreadable


@dataclass(frozen=True)
class Reading:
    """What a text means.

    Args:
        expression: the tree, with shapes.
        notes: what was chosen where the notation allowed more than one reading; shown back to the writer.
    """

    expression: Expression
    notes: tuple[str, ...] = ()


class Ambiguous(Unreadable):
    """Two readings that both fit: the writer is asked which is meant.

    Args:
        readings: each written without doubt.
    """

    def __init__(self, text: str, column: int, rule: str, readings: tuple[str, ...]) -> None:
        super().__init__(text, column, f"this can mean {rule}", f"write {' or '.join(readings)}")
        self.readings, self._rule = readings, rule

    def __reduce__(self) -> tuple[object, ...]:
        return Ambiguous, (self.text, self.column, self._rule, self.readings)


def read(text: str, vocabulary: Vocabulary, shape: Shape | None = None) -> Reading:
    r"""Read a text in a question's words.

    Args:
        text: plain or LaTeX, or a mixture.
        vocabulary: the words of the question.
        shape: what is asked; it settles the size of an identity that nothing else settles.

    Raises:
        Unreadable: with a caret, what was expected, and a remedy; shapes that do not fit are named.
        Ambiguous: two readings fit; both are shown.

    >>> from gradus.calculus.vocabulary import declare
    >>> words = declare({"W_2": "m × k", "dz_2": "m", "z_1": "k", "g": "elementwise"})
    >>> str(read(r"(W_2^T dz_2) \odot g'(z_1)", words).expression)
    "(W_2^T @ dz_2) .* g'(z_1)"
    >>> try:
    ...     read("W2 @ dz2", words)
    ... except Unreadable as fault:
    ...     print(fault.expected)
    a matrix of m × k and a vector of m cannot be multiplied as matrices
    """
    scan = Scan(text, vocabulary)
    notation = parse(text, scan.run())
    first = Meaning(text, vocabulary, scan.bound)
    try:
        tree = first.settled(first.of(notation), shape)
    except Unreadable:
        if not first.doubts:
            raise
        return _other(text, vocabulary, scan, notation, shape)
    if not first.doubts:
        return Reading(tree, tuple(first.notes))
    column, rule = first.doubts[0]
    try:
        other = _other(text, vocabulary, scan, notation, shape)
    except Unreadable:
        return Reading(tree, (*first.notes, f"read as the first of {rule}"))
    if tree == other.expression:
        return Reading(tree, tuple(first.notes))
    raise Ambiguous(text, column, rule, (str(tree), str(other.expression)))


def _other(text: str, vocabulary: Vocabulary, scan: Scan, notation: tuple[object, ...], shape: Shape | None) -> Reading:
    """Read with every doubt settled the other way."""
    second = Meaning(text, vocabulary, scan.bound, matrix=False)
    tree = second.settled(second.of(notation), shape)
    return Reading(tree, (*second.notes, *(f"read as the second of {rule}" for _, rule in second.doubts[:1])))
