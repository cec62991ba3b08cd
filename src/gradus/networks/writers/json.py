"""A described network as plain data, for JSON."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradus.networks.layer import Layer
from gradus.networks.memory import Memory
from gradus.networks.network import Network
from gradus.networks.receptive_field import Fields, receptive_fields
from gradus.networks.table import Row, Table
from gradus.networks.text import write_item, write_text
from gradus.networks.tree import Quantity

COUNTS = ("parameters", "buffers", "multiply_adds")


def plain_table(network: Network, table: Table) -> dict[str, Any]:
    """Return everything about a described network as dictionaries, lists, whole numbers and strings.

    >>> from gradus.networks import Conv
    >>> net = Network(Conv(3, 64))
    >>> plain_table(net, net.describe((128, 128, 3)))["layers"][0]["parameters_working"]
    '(3·3·3 + 1)·64 = 1792'
    """
    fields = receptive_fields(table) if _numeric(table) else (None,) * len(table.rows)
    return {
        "network": write_text(network),
        "input": plain_shape(table.input),
        "output": plain_shape(table.output),
        **{name: plain(getattr(table, name)) for name in COUNTS},
        "flops": plain(table.flops),
        "layers": [_row(row, field) for row, field in zip(table.rows, fields, strict=True)],
    }


def _row(row: Row, fields: Fields) -> dict[str, Any]:
    found: dict[str, Any] = {
        "place": row.place,
        "layer": write_item(row.layer) if isinstance(row.layer, Layer) else row.layer.word,
        "input": [plain_shape(shape) for shape in row.inputs],
        "output": plain_shape(row.output),
        "output_working": row.output_working.text,
        "activations": plain(row.activations),
    }
    for name in COUNTS:
        working = getattr(row, f"{name}_working")
        found |= {name: plain(working.value), f"{name}_working": working.text}
    if row.owner:
        found["parameters_of"] = row.owner
    if fields is not None:
        found["receptive_field"] = [
            {"size": field.size, "stride": _step(field.stride), "offset": field.offset} for field in fields
        ]
    return found


def plain_memory(memory: Memory) -> dict[str, Any]:
    """Return the memory of training in bytes, each part with its derivation."""
    found: dict[str, Any] = {}
    for name, working in memory.parts.items():
        found |= {name: plain(working.value), f"{name}_working": working.text}
    return found | {"total": plain(memory.total)}


def _step(stride: Fraction) -> int | str:
    """Return a stride as a whole number, or as the fraction that it is after upsampling."""
    return stride.numerator if stride.denominator == 1 else str(stride)


def _numeric(table: Table) -> bool:
    return all(type(size) is int for row in table.rows for size in (*row.input, *row.output))


def plain(value: Quantity) -> int | str:
    """Return a whole number as it is, a closed form as text."""
    return value if isinstance(value, int) else str(value)


def plain_shape(shape: tuple[Quantity, ...]) -> list[int | str]:
    """Return a shape as a list."""
    return [plain(size) for size in shape]
