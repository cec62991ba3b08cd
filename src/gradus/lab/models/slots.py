"""Which arrays a network holds, and which layers the laboratory knows."""

from __future__ import annotations

from gradus.errors import Fault
from gradus.lab.models import images, norms, sequences, vectors
from gradus.lab.models.kinds import Kind, Slot
from gradus.lab.models.merging import Merging
from gradus.networks import Network
from gradus.networks.table import Row, Table

KINDS: dict[type, Kind] = vectors.KINDS | images.KINDS | norms.KINDS | sequences.KINDS

Slots = dict[str, dict[str, Slot]]
"""By place and name."""


def described(network: Network, shape: tuple[int, ...]) -> tuple[Table, Slots, Slots]:
    """Return the calculator's table, the parameters and the statistics of a network."""
    table = network.describe(shape)
    slots: Slots = {}
    stored: Slots = {}
    for row in table.rows:
        kind = _kind(row)
        if kind is None or row.owner:
            continue
        if found := kind.slots(row.layer, row.input):
            slots[row.place] = found
        if found := kind.stored(row.layer, row.input):
            stored[row.place] = found
    return table, slots, stored


def _kind(row: Row) -> Kind | None:
    if isinstance(row.layer, Merging):
        return None
    kind = KINDS.get(type(row.layer))
    if kind is None:
        known = ", ".join(sorted({layer.__name__.lower() for layer in KINDS}))
        raise Fault(row.place, "layer", row.layer.word, "cannot be trained in the laboratory", f"known are {known}")
    return kind
