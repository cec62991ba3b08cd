"""The rules of frequent kinds of layers, compiled: one call gives all counts of a layer, another all its workings.

What depends on more than the *structure* of a layer (sizes per axis, groups, symbols, whatever could be refused) has no
pattern and takes the general way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradus.errors import Fault
from gradus.networks.tracing import COUNTED, QUANTITIES, Trace, formatted, function
from gradus.networks.tree import Quantity

Shape = tuple[Quantity, ...]
Counts = tuple[Quantity, ...]
Measured = tuple[Shape, Counts]
Write = Callable[[str, Any, Shape, Shape, Counts], str]


class Pattern:
    """A structure that layers share, such as convolutions with bias and one size for all axes.

    Args:
        free: the fields that hold any number, each with the least; all others are alike in the layers of the pattern.
    """

    __slots__ = ("free", "known")

    def __init__(self, **free: int) -> None:
        self.free = free
        self.known: dict[int, Compiled | None] = {}

    def compiled(self, layer: object, shape: Shape) -> Compiled | None:
        """Return the compiled rules for inputs like this shape: of its rank, and square or not."""
        rank = len(shape)
        key = -rank if rank > 2 and shape[0] == shape[1] else rank
        try:
            return self.known[key]
        except KeyError:
            found = self.known[key] = _compiled(layer, tuple(self.free), rank, square=key < 0)
            return found


class Compiled:
    """The rules of one pattern on inputs of one rank.

    `measure` returns the output shape with parameters, buffers and multiply-adds, or `None` where a window does not
    fit; `text` the working of all quantities, after a place.
    """

    __slots__ = ("_free", "_trace", "_written", "measure", "text")

    def __init__(self, trace: Trace, free: tuple[str, ...]) -> None:
        self._trace, self._free = trace, free
        self._written: dict[tuple[str, ...], Write] = {}
        self.measure: Callable[[Any, Shape], Measured | None] = self._measure()
        self.text: Write = self._text(QUANTITIES)

    def named(self, names: tuple[str, ...]) -> Write:
        """Return what writes the working of the quantities named."""
        if names == QUANTITIES:
            return self.text
        if names not in self._written:
            self._written[names] = self._text(names)
        return self._written[names]

    def _loaded(self) -> list[str]:
        sizes = "".join([f"size{i}, " for i in range(len(self._trace.shape))])
        return [f"{sizes}= shape", *(f"layer_{name} = layer.{name}" for name in self._free)]

    def _measure(self) -> Callable[[Any, Shape], Measured | None]:
        made = "".join([f"{size}, " for size in self._trace.made])
        result = f"return ({made}), ({', '.join(self._trace.counts)})"
        found: Callable[[Any, Shape], Measured | None] = function(
            "layer, shape", [*self._loaded(), *self._trace.sizes(), result]
        )
        return found

    def _text(self, names: tuple[str, ...]) -> Write:
        trace = self._trace
        made = "".join([f"made{i}, " for i in range(len(trace.output))])
        lines = [*self._loaded(), f"{made}= made", f"{', '.join(COUNTED)} = counts"]
        lines += formatted(trace.written("{place}", names), sorted(set(trace.names.values())))
        found: Write = function("place, layer, shape, made, counts", lines)
        return found


def _compiled(layer: object, free: tuple[str, ...], rank: int, *, square: bool) -> Compiled | None:
    trace = traced(layer, free, rank, square=square)
    return None if trace is None else Compiled(trace, free)


def traced(
    layer: object, free: tuple[str, ...], rank: int, *, square: bool, naming: Callable[[str], str] = str
) -> Trace | None:
    """Return the trace of a layer, if its rules can be compiled for inputs of this rank."""
    try:
        trace = Trace(layer, free, rank, square=square, naming=naming)
    except Fault:  # an input of this rank is refused, which the general way says in full
        return None
    # Of three axes or more, some may be alike and others not: too many structures to be worth it.
    return trace if len(trace.workings["output"].parts) <= 2 else None
