"""One stage of a search: all its modules at once, from each state that can reach it.

A module is described once with symbols, and its closed forms are evaluated on arrays. The axes of a shape fall into
two parts that no closed form mixes: the *free* axes, which no cost depends on (height and width, where parameters are
counted), and the *priced* ones (the depth). The two parts share a few symbols, such as the kernel; for each value of
those, the free part is a matrix of how many modules lead from size to size, and the priced part one of prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from gradus.errors import Fault
from gradus.networks.network import Network
from gradus.networks.symbols import Closed
from gradus.networks.tree import Quantity

AXES = ("in1", "in2", "in3", "in4")
LARGEST = 2**60


@dataclass(frozen=True, slots=True)
class Form:
    """A module in closed form: its output, its cost, and the sizes that must be at least 1."""

    output: tuple[Quantity, ...]
    cost: Quantity
    positive: tuple[Closed, ...]


def form_of(module: Network, rank: int, cost: str) -> Form:
    """Return the closed forms of a module on an input with `rank` axes, named `in1` and so on."""
    table = module.describe(AXES[:rank])
    for row in table.rows:
        if isinstance(getattr(row.layer, "groups", None), Closed):
            raise Fault(
                row.place, "groups", None, "is a symbol, but what it divides is open", "give each its own stage"
            )
    sizes = {size: None for row in table.rows for size in row.output if isinstance(size, Closed)}
    return Form(table.output, getattr(table, cost), tuple(sizes))


def symbols_of(quantities: Any) -> set[str]:
    """Return the names of all symbols in some quantities."""
    return {name for q in quantities if isinstance(q, Closed) for name in q.symbols}


def free_axes(form: Form, rank: int) -> tuple[int, ...]:
    """Return the axes on which neither the cost nor any other axis depends; empty where the shape changes its rank."""
    if len(form.output) != rank:
        return ()
    priced = {AXES.index(name) for name in symbols_of([form.cost]) if name in AXES}
    mixed = [set(map(AXES.index, symbols_of([q]) & set(AXES))) | {i} for i, q in enumerate(form.output)]
    mixed += [set(map(AXES.index, symbols_of([q]) & set(AXES))) for q in form.positive]
    grown = True
    while grown:
        joined = [axes for axes in mixed if axes & priced and not axes <= priced]
        grown = bool(joined)
        priced.update(*joined)
    return tuple(i for i in range(rank) if i not in priced)


def grid(ranges: Mapping[str, tuple[int, ...]], names: tuple[str, ...]) -> dict[str, Any]:
    """Return every combination of values of some symbols: one array for each, in the order of an odometer."""
    import numpy as np

    total = prod(len(ranges[name]) for name in names)
    found, repeat = {}, total
    for name in names:
        values = ranges[name]
        repeat //= len(values)
        found[name] = np.tile(np.repeat(np.array(values, np.int64), repeat), total // (repeat * len(values)))
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """The free or the priced part of a stage, evaluated from each of its states.

    Args:
        options: an array of values for each symbol.
        shared: for each option, the number of its combination of shared symbols.
        ends: the distinct outputs, a row each.
        target: for each state (rows) and option (columns), the number of its output in `ends`.
        price: the cost that each option adds from each state.
        fits: whether all its layers fit.
    """

    options: dict[str, Any]
    shared: Any
    ends: Any
    target: Any
    price: Any
    fits: Any


def evaluated(
    form: Form,
    axes: tuple[int, ...],
    names: tuple[str, ...],
    shared: tuple[str, ...],
    ranges: Mapping[str, tuple[int, ...]],
    states: Any,
    outputs: tuple[int, ...],
    priced: bool,
) -> Part:
    """Evaluate one part of a stage on all its options, from each state: a row of `states`, a column for each axis."""
    import numpy as np

    options = grid(ranges, names)
    values = {name: column[None, :] for name, column in options.items()}
    values |= {AXES[axis]: states[:, i, None] for i, axis in enumerate(axes)}
    extent = (len(states), prod(len(ranges[name]) for name in names))
    _require_room(form, values)

    def at(quantity: Quantity) -> Any:
        result = quantity.at(**values) if isinstance(quantity, Closed) else quantity
        return np.broadcast_to(np.asarray(result, np.int64), extent)

    fits = np.ones(extent, bool)
    for size in form.positive:
        if set(size.symbols) <= set(values):
            fits &= at(size) >= 1
    columns = [at(form.output[i]).ravel() for i in outputs] or [np.zeros(prod(extent), np.int64)]
    ends, target = _numbered(np.column_stack(columns)[:, : len(outputs)])
    number = sum((column * 0 for column in options.values()), np.zeros(extent[1], np.int64))
    for name in shared:
        number = number * len(ranges[name]) + np.searchsorted(np.sort(ranges[name]), options[name])
    price = at(form.cost) if priced else np.zeros(extent, np.int64)
    return Part(options, number, ends, target.reshape(extent), price, fits)


def _numbered(rows: Any) -> tuple[Any, Any]:
    """Return the distinct rows, and for each row its number among them."""
    import numpy as np

    if not rows.shape[1]:
        return rows[:1], np.zeros(len(rows), np.int64)
    low = rows.min(axis=0)
    extents = rows.max(axis=0) - low + 1
    if prod(int(extent) for extent in extents) < LARGEST:  # one number for each row sorts much faster
        key = np.zeros(len(rows), np.int64)
        for i, extent in enumerate(extents):
            key = key * extent + (rows[:, i] - low[i])
        _, first, which = np.unique(key, return_index=True, return_inverse=True)
        return rows[first], which.ravel()
    distinct, which = np.unique(rows, axis=0, return_inverse=True)
    return distinct, which.ravel()


def _require_room(form: Form, values: dict[str, Any]) -> None:
    largest = {name: max(int(abs(array).max()), 1) for name, array in values.items()}
    for quantity in (*form.output, form.cost):
        if not isinstance(quantity, Closed) or not set(quantity.symbols) <= set(largest):
            continue
        if _bound(quantity, largest) > LARGEST:
            rule = "could exceed 64-bit whole numbers"
            raise Fault("space", "cost", None, rule, "narrow the ranges; single networks have no such limit")


def _bound(form: Closed, largest: dict[str, int]) -> int:
    """Return a number that the closed form cannot exceed: a floor or a choice is at most the sum of its parts."""
    total = 0
    for monomial, factor in form.terms:
        term = abs(factor)
        for atom in monomial:
            term *= largest[atom.name] if atom.kind == "symbol" else sum(_bound(part, largest) for part in atom.parts)
        total += term
    return total
