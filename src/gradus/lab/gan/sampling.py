"""New records of a fit, any number of them, also of a kind that is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from gradus.errors import Fault, suggest
from gradus.lab import compiling
from gradus.lab.data.changes import generator
from gradus.lab.gan.columns import Category
from gradus.lab.gan.keeping import Fit
from gradus.lab.gan.players import Players, generate
from gradus.lab.gan.tables import MISSING, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHUNK = 1000
"""Records made at once."""

TRIES = 50
"""Chunks without one record that fits, after which a condition is given up."""


def sample(fit: Fit, count: int, *, seed: int = 0, where: Mapping[str, str] | None = None) -> Table:
    """Return so many records.

    Args:
        fit: whose best generator makes them.
        count: of records.
        seed: equal seeds make equal records.
        where: the category that each of these columns must have.

    Raises:
        Fault: a condition that names no category, or one that is never met.

    Equal seeds give the same first records, however many are asked for.
    """
    tables = list(sampling(fit, count, seed=seed, where=where))
    columns = zip(*(table.columns for table in tables), strict=True)
    joined = tuple(tuple(cell for part in parts for cell in part) for parts in columns)
    return Table(fit.encoder.names, joined, schema=fit.encoder.schema)


def sampling(fit: Fit, count: int, *, seed: int = 0, where: Mapping[str, str] | None = None) -> Iterator[Table]:
    """Yield the same records in tables of at most a thousand."""
    import numpy as np

    if count < 1:
        raise Fault("sample", "count", count, "must be at least 1", "ask for 1 or more")
    players, wanted = fit.players, _wanted(fit, where or {})
    made, number, failed = 0, 0, 0
    while made < count:
        condition = _conditions(fit, players, wanted, generator(seed, 70, number))
        key = generator(seed, 71, number).integers(2**32, dtype=np.uint32)
        arguments = (fit.best, np.asarray(key), condition)
        identity = f"gan sample {fit.settings.generator} {players.blocks}"
        program = compiling.compiled(partial(_made, players), arguments, identity)
        records = np.asarray(program(*arguments))
        for place, value in wanted.items():
            records = records[records[:, fit.encoder.blocks[place].chosen].argmax(axis=1) == value]
        number, failed = number + 1, 0 if len(records) else failed + 1
        if failed >= TRIES:
            rule = f"was met by none of {TRIES * CHUNK:,} records"
            raise Fault("sample", "where", dict(where or {}), rule, "ask for less, or fit longer")
        if len(records):
            yield fit.encoder.decode(records[: count - made].astype(np.float64))
        made += len(records)


def _made(players: Players, parameters: Any, key: Any, condition: Any) -> Any:
    return generate(players, parameters, key, condition)[0]


def _wanted(fit: Fit, where: Mapping[str, str]) -> dict[int, int]:
    """Return the wanted choice of each column, by their positions."""
    found = {}
    kinds = {column.name: (i, column) for i, column in enumerate(fit.encoder.columns)}
    names = [name for name, (i, column) in kinds.items() if isinstance(column, Category)]
    for name, value in where.items():
        place, column = kinds.get(name, (0, None))
        if not isinstance(column, Category):
            raise Fault("sample", "where", name, "is no column of categories", suggest(name, names))
        if value in column.values:
            choice = column.values.index(value)
        elif value in MISSING and column.missing is not None:
            choice = len(column.values)
        else:
            raise Fault("sample", f"where {name}", value, "is no category of it", suggest(value, column.values))
        if len(column.counts) > 1:  # else it is constant, and so met
            found[place] = choice
    return found


def _conditions(fit: Fit, players: Players, wanted: dict[int, int], random: Any) -> NDArray[Any]:
    """Return conditions, a chunk × positions: the rarest wanted choice, or choices as frequent as in the table."""
    import numpy as np

    found = np.zeros((CHUNK, len(players.positions)), np.float32)
    shares, starts, start = [], [], 0
    for place in players.conditional:
        column = fit.encoder.columns[place]
        assert isinstance(column, Category)
        shares.append(np.array(column.counts) / sum(column.counts))
        starts.append(start)
        start += len(column.counts)
    if not shares:
        return found
    if wanted:
        rarest = min(wanted, key=lambda place: shares[players.conditional.index(place)][wanted[place]])
        found[:, starts[players.conditional.index(rarest)] + wanted[rarest]] = 1
        return found
    for row, block in enumerate(random.integers(len(shares), size=CHUNK)):
        found[row, starts[block] + random.choice(len(shares[block]), p=shares[block])] = 1
    return found
