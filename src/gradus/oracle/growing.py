"""A network that grows unit by unit, and the links that each new unit brings."""

from __future__ import annotations

from collections.abc import Iterator


def grow_hidden(inputs: int, layers: int, outputs: int, bias: bool) -> Iterator[int]:
    """Yield the parameters of a network as each of its hidden layers gains one unit after another.

    >>> grown = grow_hidden(inputs=2, layers=1, outputs=3, bias=False)
    >>> next(grown), next(grown)  # a unit brings links from two inputs and to three outputs
    (5, 10)
    """
    units, held = 0, (outputs if bias else 0)
    while True:
        held += inputs + outputs  # of the new units of the first and of the last hidden layer
        for _ in range(layers - 1):
            held += units + units + 1  # old to new, new to old, new to new
        if bias:
            held += layers
        units += 1
        yield held
