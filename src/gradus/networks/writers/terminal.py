"""A described network as rows for a terminal's table."""

from __future__ import annotations

from gradus.networks.checks import dotted
from gradus.networks.layer import Layer
from gradus.networks.receptive_field import Fields, receptive_fields
from gradus.networks.table import Row, Table
from gradus.networks.text import write_item
from gradus.networks.tree import Quantity

HEADS = ("place", "layer", "output", "parameters", "MACs", "sees", "how")
WIDE = 124
"""Columns of a terminal from which derivations stand beside the numbers rather than below the table."""


def terminal_rows(table: Table) -> list[tuple[str, ...]]:
    """Return a tuple of cells for each layer; the last cell holds the derivations, a line each.

    >>> from gradus.networks import Conv, Network
    >>> terminal_rows(Network(Conv(3, 64, bias=False)).describe((128, 128, 3)))[0][:4]
    ('1', 'conv 3x3x64 s1 p0 nobias', '126 × 126 × 64', '1,728')
    """
    numeric = all(type(size) is int for row in table.rows for size in (*row.input, *row.output))
    fields = receptive_fields(table) if numeric else (None,) * len(table.rows)
    return [_cells(row, field) for row, field in zip(table.rows, fields, strict=True)]


def _cells(row: Row, fields: Fields) -> tuple[str, ...]:
    name = write_item(row.layer) if isinstance(row.layer, Layer) else row.layer.word
    owned = row.owner and isinstance(row.layer, Layer) and row.layer.parameters(row.input).value
    parameters = f"those of {row.owner.rpartition('.')[0]}" if owned else count(row.parameters)
    seen = "" if fields is None else " × ".join(dict.fromkeys(str(field.size) for field in fields))
    workings = (row.output_working.text, row.parameters_working.text, row.multiply_adds_working.text)
    how = "\n".join(text for text in workings if "=" in text)
    return row.place.rpartition(".")[0], name, dotted(row.output), parameters, count(row.multiply_adds), seen, how


def count(value: Quantity) -> str:
    """Write a count with thousands set apart, and nothing for zero.

    >>> count(25557032)
    '25,557,032'
    """
    if not isinstance(value, int):
        return str(value)
    return f"{value:,}" if value else ""
