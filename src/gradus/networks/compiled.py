"""The rules of frequent kinds of layers, compiled: one call gives all counts of a layer, another all its workings.

Nothing is written a second time here. A layer is run once on slots instead of numbers, so its own rules yield their
trees; the trees are printed in Python's signs and compiled. What depends on more than the *structure* of a layer
(sizes per axis, `same`, groups, symbols, whatever could be refused) has no pattern and takes the general way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradus.errors import Fault
from gradus.networks.formula import NOTHING, Working, Workings
from gradus.networks.printing import ATOM, PROGRAM, TEXT, Piece, number, write
from gradus.networks.tree import Node, Operation, Quantity, Slot, node

Shape = tuple[Quantity, ...]
Counts = tuple[Quantity, ...]
Measured = tuple[Shape, Counts]
Write = Callable[[str, Any, Shape, Shape, Counts], str]

COUNTED = ("parameters", "buffers", "multiply_adds")
QUANTITIES = ("output", *COUNTED)


class Pattern:
    """A structure that layers share, such as convolutions with bias and one size for all axes.

    Args:
        free: the fields that hold any positive number; all others are alike in the layers of the pattern.
    """

    __slots__ = ("free", "known")

    def __init__(self, *free: str) -> None:
        self.free = free
        self.known: dict[int, Compiled | None] = {}

    def compiled(self, layer: object, shape: Shape) -> Compiled | None:
        """Return the compiled rules for inputs like this shape: of its rank, and square or not."""
        rank = len(shape)
        key = -rank if rank > 2 and shape[0] == shape[1] else rank
        try:
            return self.known[key]
        except KeyError:
            found = self.known[key] = _compiled(layer, self.free, rank, square=key < 0)
            return found


class Compiled:
    """The rules of one pattern on inputs of one rank.

    `measure` returns the output shape with parameters, buffers and multiply-adds, or `None` where a window does not
    fit; `text` the working of all quantities, after a place.
    """

    __slots__ = ("_free", "_trace", "_written", "measure", "text")

    def __init__(self, trace: _Trace, free: tuple[str, ...]) -> None:
        self._trace, self._free = trace, free
        self._written: dict[tuple[str, ...], Write] = {}
        self.measure: Callable[[Any, Shape], Measured | None] = trace.measure(free)
        self.text: Write = trace.text(free, QUANTITIES)

    def named(self, names: tuple[str, ...]) -> Write:
        """Return what writes the working of the quantities named."""
        if names == QUANTITIES:
            return self.text
        if names not in self._written:
            self._written[names] = self._trace.text(self._free, names)
        return self._written[names]


def _compiled(layer: object, free: tuple[str, ...], rank: int, *, square: bool) -> Compiled | None:
    try:
        trace = _Trace(layer, free, rank, square=square)
    except Fault:  # an input of this rank is refused, which the general way says in full
        return None
    # Of three axes or more, some may be alike and others not: too many structures to be worth it.
    return Compiled(trace, free) if len(trace.workings["output"].parts) <= 2 else None


class _Trace:
    """A layer run on slots: its output shape as trees, its workings, and the names of all that is in them."""

    def __init__(self, layer: object, free: tuple[str, ...], rank: int, *, square: bool) -> None:
        self.slots: list[Piece] = []
        self.names: dict[Node, str] = {}
        fields = {name: self._slot(f"layer_{name}") for name in free}
        traced: Any = object.__new__(type(layer))
        traced.__dict__.update(vars(layer) | fields)  # not checked again: slots stand for numbers that were
        self.shape = [self._slot(f"size{i}") for i in range(rank)]
        shape: Shape = tuple([self.shape[0] if i == 1 and square else size for i, size in enumerate(self.shape)])
        self.read = shape
        self.output = [node(size) for size in traced.output(shape)]
        self.programs = [self._expression(size) for size in self.output]
        self.seen = tuple([self._slot(f"made{i}", size) for i, size in enumerate(self.output)])
        self.workings: dict[str, Any] = {
            "output": traced.sizes(shape),
            "parameters": traced.parameters(shape),
            "buffers": traced.buffers(shape),
            "multiply_adds": traced.multiply_adds(shape, self.seen),
        }
        self.counts = [self._expression(node(self.workings[name].value)) for name in COUNTED]
        for name in COUNTED:
            self.names.setdefault(node(self.workings[name].value), name)

    def _slot(self, name: str, stands_for: Node | None = None) -> Node:
        if stands_for is not None and not isinstance(stands_for, Operation):
            return stands_for
        if stands_for is not None and stands_for in self.names:
            return next(slot for slot in self.names if isinstance(slot, Slot) and slot.name == self.names[stands_for])
        slot = Slot(len(self.slots), name)
        self.slots.append(Piece(name, ATOM))
        self.names[slot] = name
        if stands_for is not None:
            self.names[stands_for] = name
        return slot

    def _expression(self, tree: Node) -> str:
        return self.names.get(tree) or write(tree, tuple(self.slots), PROGRAM).text

    def _loaded(self, free: tuple[str, ...]) -> list[str]:
        sizes = "".join([f"size{i}, " for i in range(len(self.shape))])
        return [f"{sizes}= shape", *(f"layer_{name} = layer.{name}" for name in free)]

    def measure(self, free: tuple[str, ...]) -> Callable[[Any, Shape], Measured | None]:
        """Compile the output shape and the counts."""
        lines = self._loaded(free)
        made = [f"made{i}" for i in range(len(self.output))]
        for own, tree, program in zip(made, self.output, self.programs, strict=True):
            name = self.names.get(tree, own)  # another one's where it is the same tree: axes of a square
            lines.append(f"{own} = {program if name == own else name}")
            if isinstance(tree, Operation) and name == own:
                lines.append(f"if {own} < 1: return None")
        lines.append(f"return ({', '.join(made)},), ({', '.join(self.counts)})")
        found: Callable[[Any, Shape], Measured | None] = _function("layer, shape", lines)
        return found

    def text(self, free: tuple[str, ...], names: tuple[str, ...]) -> Write:
        """Compile the working of the quantities named."""
        shapes = [" × ".join([f"{{{self._expression(size)}}}" for size in shape]) for shape in (self.read, self.seen)]
        written = ["{place}: " + " → ".join(shapes)]
        for name in names:
            working = self.workings[name]
            parts = working.parts if isinstance(working, Workings) else () if working is NOTHING else (working,)
            if parts:
                equations = dict.fromkeys([self._equation(part) for part in parts])
                written.append(f"  {name.replace('_', '-')}: {', '.join(equations)}")
        made = "".join([f"made{i}, " for i in range(len(self.output))])
        counts = ", ".join(COUNTED)
        lines = [*self._loaded(free), f"{made}= made", f"{counts} = counts"]
        template = repr("\n".join(written))
        for name in sorted(set(self.names.values())):
            if template.count(f"{{{name}}}") > 1:  # written once as text, then copied
                lines.append(f'text_{name} = f"{{{name}}}"')
                template = template.replace(f"{{{name}}}", f"{{text_{name}}}")
        found: Write = _function("place, layer, shape, made, counts", [*lines, f"return f{template}"])
        return found

    def _equation(self, working: Working) -> str:
        pieces = tuple([self._piece(argument) for argument in working.arguments])
        tree = working.formula.tree(*working.arguments)
        text = write(tree, pieces, TEXT).text
        return f"{text} = {{{self._expression(node(working.value))}}}" if isinstance(tree, Operation) else text

    def _piece(self, argument: Quantity) -> Piece:
        if isinstance(argument, Node):
            return Piece(f"{{{self._expression(argument)}}}", ATOM)
        return number(argument, TEXT) if isinstance(argument, int) else Piece(str(argument), ATOM)


def _function(arguments: str, lines: list[str]) -> Any:
    body = "\n    ".join(lines)
    space: dict[str, Any] = {}
    exec(f"def rule({arguments}):\n    {body}", space)  # noqa: S102  # our own trees in Python's signs, as dataclasses do
    return space["rule"]
