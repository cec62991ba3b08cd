"""Inverse questions: which paddings, strides, kernels, filters or depths give this output or this count.

What is unknown is a symbol in the network or in its input. Each wanted number is one equation in closed form; it is
solved over the symbols that it holds, by trying all values of their ranges, and the solutions are joined. So *all*
solutions in range are found, and no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from math import prod

from gradus.errors import Fault
from gradus.networks.checks import Shape, checked_shape
from gradus.networks.network import Network
from gradus.networks.substitution import shape_at, substituted
from gradus.networks.symbols import Closed
from gradus.networks.tree import Quantity

MOST_TRIALS = 5_000_000

Solution = dict[str, int]


def solve(
    network: Network,
    shape: Shape,
    ranges: Mapping[str, Iterable[int]],
    output: Shape | None = None,
    parameters: int | None = None,
    multiply_adds: int | None = None,
) -> list[Solution]:
    """Return every assignment of the symbols that gives what is wanted, in the order of the ranges.

    Args:
        network: a network with symbols among its sizes.
        shape: its input, which may hold symbols too.
        ranges: the values that each symbol may take.
        output: the wanted output shape; `None` in it for a size that may be any.
        parameters: the wanted number of parameters.
        multiply_adds: the wanted number of multiply-adds.

    Which strides and paddings turn 128 pixels into 64 with a 5 × 5 kernel?

    >>> from gradus.networks.reading import read_text
    >>> solve(read_text("conv 5x5x8 s=s p=p"), (128, 128, 3), {"s": range(1, 5), "p": range(4)}, output=(64, 64, 8))
    [{'s': 2, 'p': 2}]
    """
    first = checked_shape(shape)
    table = network.describe(first)
    equations = [(table.parameters, parameters), (table.multiply_adds, multiply_adds)]
    if output is not None:
        if len(output) != len(table.output):
            rule = f"has {len(output)} sizes, but the network's output has {len(table.output)}"
            raise Fault("solve", "output", output, rule, "give one size for each axis")
        equations += list(zip(table.output, output, strict=True))
    values = {name: list(ranges[name]) for name in ranges}
    _require_ranges([form for form, _ in equations], values)
    solutions: list[Solution] = [{}]
    for form, wanted in equations:
        if wanted is not None:
            solutions = _joined(solutions, _solved(form, wanted, values))
    order = {name: {value: i for i, value in enumerate(found)} for name, found in values.items()}
    complete = [{name: solution[name] for name in values} for solution in _completed(solutions, values)]
    solutions = [solution for solution in complete if _fits(network, first, solution)]
    return sorted(solutions, key=lambda solution: [order[name][solution[name]] for name in values])


def _require_ranges(forms: list[Quantity], values: dict[str, list[int]]) -> None:
    for form in forms:
        for name in form.symbols if isinstance(form, Closed) else ():
            if name not in values:
                raise Fault("solve", "ranges", name, "has no range", f"give the values that {name} may take")


def _solved(form: Quantity, wanted: int, values: dict[str, list[int]]) -> list[Solution]:
    if not isinstance(form, Closed):
        return [{}] if form == wanted else []
    names = form.symbols
    trials = prod(len(values[name]) for name in names)
    if trials > MOST_TRIALS:
        rule = f"holds {', '.join(names)}, which take {trials} values together, more than {MOST_TRIALS}"
        raise Fault("solve", "ranges", None, f"are too wide: one equation {rule}", "narrow them")
    combinations = (dict(zip(names, row, strict=True)) for row in product(*(values[name] for name in names)))
    return [found for found in combinations if _evaluates(form, wanted, found)]


def _evaluates(form: Closed, wanted: int, values: Solution) -> bool:
    try:
        return bool(form.at(**values) == wanted)
    except ZeroDivisionError:  # a stride of 0 in its range solves nothing
        return False


def _joined(left: list[Solution], right: list[Solution]) -> list[Solution]:
    if not left or not right:
        return []
    shared = [name for name in right[0] if name in left[0]]
    by_shared: dict[tuple[int, ...], list[Solution]] = {}
    for solution in right:
        by_shared.setdefault(tuple(solution[name] for name in shared), []).append(solution)
    return [a | b for a in left for b in by_shared.get(tuple(a[name] for name in shared), ())]


def _completed(solutions: list[Solution], values: dict[str, list[int]]) -> list[Solution]:
    free = [name for name in values if solutions and name not in solutions[0]]
    rows = list(product(*(values[name] for name in free)))
    return [solution | dict(zip(free, row, strict=True)) for solution in solutions for row in rows]


def _fits(network: Network, shape: Shape, solution: Solution) -> bool:
    try:
        substituted(network, solution).describe(shape_at(shape, solution))
    except Fault:
        return False
    return True
