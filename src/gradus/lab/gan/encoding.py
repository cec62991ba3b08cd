"""A table as numbers for a network, and back: its kinds, bounds and spelling are kept.

A number or a date becomes its place in one of several modes (−1 to 1) and a choice of the mode; a category a choice of
its values. A missing value is one more choice. A constant column takes no room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from gradus.errors import Fault
from gradus.lab.gan.columns import Category, Column, Numeric
from gradus.lab.gan.describing import describe_column, remarks
from gradus.lab.gan.modes import Modes
from gradus.lab.gan.tables import MISSING, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Block:
    """Places of one column among the numbers.

    Args:
        first: where it begins.
        scalar: whether its first number is a place in a mode.
        choices: numbers of which one is 1.
    """

    first: int
    scalar: bool
    choices: int

    @property
    def chosen(self) -> slice:
        """Where the choice is."""
        return slice(self.first + self.scalar, self.end)

    @property
    def end(self) -> int:
        """Where the next one begins."""
        return self.first + self.scalar + self.choices


@dataclass(frozen=True)
class Encoder:
    """How a table becomes numbers; made by `fit_encoder`.

    Args:
        columns: what each column holds.
        schema: the types of the table, as `Table` has them.
    """

    columns: tuple[Column, ...]
    schema: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.name for column in self.columns)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The places of each column."""
        found, first = [], 0
        for column in self.columns:
            found.append(Block(first, isinstance(column, Numeric), _choices(column)))
            first = found[-1].end
        return tuple(found)

    @property
    def width(self) -> int:
        """Numbers of one record."""
        return self.blocks[-1].end

    @property
    def remarks(self) -> list[str]:
        """What a user should know of columns that are odd."""
        return [text for column in self.columns for text in remarks(column)]

    def encode(self, table: Table, seed: int | None = None) -> NDArray[Any]:
        """Return records × width, float64.

        Args:
            table: records with the columns that were fitted.
            seed: spread whole numbers evenly over the step that rounds to them, which networks learn more easily;
                decoding takes the spread away.

        Raises:
            Fault: a column that is not there, or a cell that is none of its values.
        """
        import numpy as np

        random = None if seed is None else np.random.default_rng(seed)
        found = np.zeros((len(table), self.width))
        for column, block in zip(self.columns, self.blocks, strict=True):
            if column.name not in table.names:
                raise Fault(table.place, "column", column.name, "is missing", "give all columns that were fitted")
            cells = table.column(column.name)
            if isinstance(column, Numeric):
                found[:, block.first : block.end] = _encode_numeric(table, column, cells, block, random)
            elif block.choices:
                found[np.arange(len(table)), block.first + _encode_category(table, column, cells)] = 1
        return found

    def decode(self, numbers: NDArray[Any]) -> Table:
        """Return the table of records × width; of each choice the largest number counts."""
        spelled = (_decode(c, numbers[:, b.first : b.end]) for c, b in zip(self.columns, self.blocks, strict=True))
        return Table(self.names, tuple(spelled), schema=self.schema)

    def values(self, table: Table) -> dict[str, list[Any]]:
        """Return the cells of each column as whole numbers, floats, dates or texts; `None` where missing."""
        return {
            column.name: [None if cell in MISSING else column.typed(cell) for cell in table.column(column.name)]
            for column in self.columns
        }

    def plain(self) -> dict[str, Any]:
        """Return what it is in data that JSON can hold; `read_encoder` reads it back."""
        from dataclasses import asdict

        columns = [{"kind": type(column).__name__, **asdict(column)} for column in self.columns]
        return {"columns": columns, "schema": self.schema}


def read_encoder(plain: dict[str, Any]) -> Encoder:
    """Return the encoder that `plain` was written of."""
    columns: list[Column] = []
    for each in plain["columns"]:
        fields: dict[str, Any] = {
            name: tuple(v) if isinstance(v, list) else v for name, v in each.items() if name != "kind"
        }
        if each["kind"] == "Category":
            columns.append(Category(**fields))
        else:
            modes = Modes(**{name: tuple(values) for name, values in fields.pop("modes").items()})
            columns.append(Numeric(**fields, modes=modes))
    return Encoder(tuple(columns), plain["schema"])


def fit_encoder(table: Table, categories: tuple[str, ...] = ()) -> Encoder:
    """Return how to encode a table.

    Args:
        table: the records.
        categories: columns to take as texts, though they look like numbers or dates.

    Raises:
        Fault: as `describe_column`; or a table that never varies.
    """
    table.without(categories)  # refuses names that are not there
    columns = tuple(describe_column(table, name, name in categories) for name in table.names)
    encoder = Encoder(columns, table.schema)
    if not any(block.end > block.first for block in encoder.blocks):
        raise Fault(table.place, "columns", None, "are all constant", "give a table in which something varies")
    return encoder


def _choices(column: Column) -> int:
    if isinstance(column, Numeric):
        return len(column.modes) + (column.missing is not None)
    return len(column.counts) if len(column.counts) > 1 else 0


def _encode_numeric(table: Table, column: Numeric, cells: tuple[str, ...], block: Block, random: Any) -> NDArray[Any]:
    import numpy as np

    found = np.zeros((len(cells), block.end - block.first))
    present = np.array([cell not in MISSING for cell in cells])
    if column.missing is None and not present.all():
        row = int(np.flatnonzero(~present)[0])
        _refuse(table, column, cells, row, "is missing, which no value was in the fitted table")
    values = np.array([_read(table, column, cells, int(row)) for row in np.flatnonzero(present)])
    chosen = column.modes.choose(values)
    if random is not None and column.decimals == 0:
        values = values + column.step * random.uniform(-0.499, 0.499, len(values))
    found[present, 0] = column.modes.place(values, chosen)
    found[np.flatnonzero(present), 1 + chosen] = 1
    found[~present, -1] = 1
    return found


def _read(table: Table, column: Numeric, cells: tuple[str, ...], row: int) -> float:
    try:
        return column.read(cells[row])
    except ValueError:
        _refuse(table, column, cells, row, "is no date of its column" if column.format else "is no number")


def _refuse(table: Table, column: Column, cells: tuple[str, ...], row: int, rule: str) -> NoReturn:
    where = f"{table.place}, row {row + table.first_row}"
    raise Fault(where, column.name, cells[row], rule, "mend the cell, or fit again with this table")


def _encode_category(table: Table, column: Category, cells: tuple[str, ...]) -> Any:
    import numpy as np

    known = {value: number for number, value in enumerate(column.values)}
    if column.missing is not None:
        known |= {cell: len(column.values) for cell in MISSING}
    for row, cell in enumerate(cells):
        if cell not in known:
            _refuse(table, column, cells, row, "is no category of the fitted table")
    return np.array([known[cell] for cell in cells])


def _decode(column: Column, numbers: NDArray[Any]) -> tuple[str, ...]:
    if isinstance(column, Category):
        spelled = (*column.values, *(() if column.missing is None else (column.missing,)))
        chosen = numbers.argmax(axis=1) if numbers.shape[1] else [0] * len(numbers)
        return tuple(spelled[choice] for choice in chosen)
    chosen = numbers[:, 1:].argmax(axis=1)
    absent = chosen == len(column.modes)
    values = column.modes.value(numbers[:, 0], chosen.clip(0, len(column.modes) - 1))
    missing = column.missing or ""
    return tuple(missing if gone else column.spell(float(v)) for v, gone in zip(values, absent, strict=True))
