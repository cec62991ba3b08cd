"""A network described straight from its text: the way for many small networks, one at a time.

A text splits into a *skeleton* and its numbers: `conv 3x3x64 s1` into `conv 0x0x0 s0` and 3, 3, 64, 1. A skeleton that
keeps coming back is compiled (`structure.py`), and what is then new in a text is only its numbers. Everything else –
the first of their kind, and whatever could be refused – goes the ordinary way, which also finds the words for what is
wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradus.networks.checks import Shape
from gradus.networks.once import once
from gradus.networks.plan import Plan
from gradus.networks.reading import read_text
from gradus.networks.table import Row, Table
from gradus.networks.tree import Quantity

if TYPE_CHECKING:
    from gradus.networks.structure import Measured, Structure

ZEROS = bytes([48 if 48 <= code < 58 else code for code in range(256)])
BLANKS = bytes([code if 48 <= code < 58 else 32 for code in range(256)])

PATIENCE = 32
"""How often a skeleton is seen before it is compiled: that takes about as long as so many networks the ordinary way."""

TRIES = 4
"""How often one skeleton is compiled: square images and others, for instance, are two structures."""

MOST, LONGEST = 1000, 4000
"""How many skeletons are remembered, and of how many characters each at most."""

Key = tuple[bytes, int]
"""A text with a 0 for each digit, or its skeleton; and the number of sizes of the input."""

_SEEN: dict[Key, int] = {}
"""How often a skeleton went the ordinary way."""
_STRUCTURES: dict[Key, list[Structure]] = {}
"""The structures of each skeleton."""
_SPELT: dict[Key, list[Structure]] = {}
"""The same by texts with a 0 for each digit, which spares finding their skeletons."""


def describe(text: str, shape: Shape) -> Table:
    """Return the shapes and counts of every layer of a network in the short text form, for one input shape.

    The same as `read_text(text).describe(shape)`, but many times as fast once networks of its kind keep coming.

    Raises:
        Fault: what is wrong in the text or among its layers, and where.

    >>> table = describe("conv 3x3x64 > maxpool 2 > flatten > dense 10", (128, 128, 3))
    >>> table.parameters
    2541962
    >>> print(table.rows[0].parameters_working)
    (3·3·3 + 1)·64 = 1792
    """
    try:
        written = text.encode()
        key = written.translate(ZEROS), len(shape)
    except (AttributeError, TypeError, UnicodeEncodeError):
        return read_text(text).describe(shape)  # which says what is wrong
    structures = _SPELT.get(key)
    if structures is None:
        structures = _alike(key)
    if structures and type(shape) is tuple:
        digits = written.translate(BLANKS).split()
        for structure in structures:
            measured = structure.measure(digits, shape)
            if measured is not None:
                return _lazy(text, shape, structure, measured)
    return _ordinary(text, shape, _skeleton(key))


def _skeleton(key: Key) -> Key:
    """Return the key with one 0 for each number, however long; those of many digits keep some more."""
    return key[0].replace(b"00", b"0").replace(b"00", b"0").replace(b"00", b"0"), key[1]


def _alike(key: Key) -> list[Structure] | None:
    """Return the structures of the skeleton, and remember them for numbers of these lengths too."""
    found = _STRUCTURES.get(_skeleton(key))
    if found is not None:
        if len(_SPELT) >= MOST:
            _SPELT.clear()
        _SPELT[key] = found
    return found


def _ordinary(text: str, shape: Shape, skeleton: Key) -> Table:
    table = read_text(text).describe(shape)
    if len(text) > LONGEST:
        return table
    if len(_SEEN) >= MOST:
        for known in (_SEEN, _STRUCTURES, _SPELT):
            known.clear()
    seen = _SEEN[skeleton] = _SEEN.get(skeleton, 0) + 1
    if seen % PATIENCE == 0 and seen <= PATIENCE * TRIES:
        from gradus.networks.origins import read_origins
        from gradus.networks.structure import compiled_structure

        found = compiled_structure(read_origins(text), table.input)
        if found is not None:
            _STRUCTURES.setdefault(skeleton, []).append(found)
    return table


class LazyTable(Table):
    """A table whose rows are made when they are asked for; equal to the one that has them already."""

    _made: tuple[str, Structure, Measured]

    @once
    def output(self) -> Shape:
        """The shape of the network's output."""
        return self._made[2][0]

    @once
    def _totals(self) -> tuple[Quantity, ...]:
        return self._made[2][1]

    @once
    def _table(self) -> Table:
        return read_text(self._made[0]).describe(self.input)

    @once
    def rows(self) -> tuple[Row, ...]:
        """One for each layer, in the order of computation."""
        return self._table.rows

    @once
    def plan(self) -> Plan:
        """Which row reads which."""
        return self._table.plan

    def working(self, *names: str) -> str:
        """Return the derivation as text, as a table does."""
        if names:
            return super().working(*names)
        _, structure, measured = self._made
        return structure.text(measured[2])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and (self.input, self.rows, self.output, self.plan) == (
            other.input,
            other.rows,
            other.output,
            other.plan,
        )

    __hash__ = Table.__hash__


def _lazy(text: str, shape: Shape, structure: Structure, measured: Measured) -> Table:
    table = object.__new__(LazyTable)
    kept = table.__dict__
    kept["input"] = shape
    kept["_made"] = text, structure, measured
    return table
