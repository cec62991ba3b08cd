"""A layer run on slots instead of numbers: its own rules yield their trees, printed in Python's signs and as text.

Nothing is written a second time here. What comes out are lines of a program and a text with gaps, in names of the
caller's choice: `compiled.py` makes functions of one layer from them, `structure.py` functions of a whole network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from gradus.networks.formula import NOTHING, Working, Workings
from gradus.networks.printing import ATOM, PROGRAM, TEXT, Piece, number, write
from gradus.networks.tree import Constant, Node, Operation, Quantity, Slot, node

COUNTED = ("parameters", "buffers", "multiply_adds")
QUANTITIES = ("output", *COUNTED)


class Trace:
    """A layer run on slots.

    Args:
        layer: any layer of the structure.
        free: the fields that become slots.
        rank: the number of sizes of its input.
        square: whether the first two sizes are one and the same slot.
        naming: what the program calls `layer_<field>`, `size<i>`, `made<i>` and each of the counts, or a number.
    """

    def __init__(
        self, layer: object, free: Iterable[str], rank: int, *, square: bool, naming: Callable[[str], str] = str
    ) -> None:
        self.naming = naming
        self.slots: list[Piece] = []
        self.names: dict[Node, str] = {}
        fields = {name: self._slot(f"layer_{name}") for name in free}
        traced: Any = object.__new__(type(layer))
        traced.__dict__.update(vars(layer) | fields)  # not checked again: slots stand for numbers that were
        self.shape = [self._slot(f"size{i}") for i in range(rank)]
        shape = tuple([self.shape[0] if i == 1 and square else size for i, size in enumerate(self.shape)])
        self.read = shape
        self.output = [node(size) for size in traced.output(shape)]
        self.programs = [self.expression(size) for size in self.output]
        self.seen = tuple([self._slot(f"made{i}", size) for i, size in enumerate(self.output)])
        self.workings: dict[str, Any] = {
            "output": traced.sizes(shape),
            "parameters": traced.parameters(shape),
            "buffers": traced.buffers(shape),
            "multiply_adds": traced.multiply_adds(shape, self.seen),
        }
        trees = [node(self.workings[name].value) for name in COUNTED]
        self.counts = [self.expression(tree) for tree in trees]
        for name, tree in zip(COUNTED, trees, strict=True):
            if not isinstance(tree, Constant):
                self.names.setdefault(tree, naming(name))
        self.named = [self.expression(tree) for tree in trees]
        """What each count is called: its own name, or that of what it is equal to, or a number."""

    def _slot(self, name: str, stands_for: Node | None = None) -> Node:
        if stands_for is not None and not isinstance(stands_for, Operation):
            return stands_for
        if stands_for is not None and stands_for in self.names:
            return next(slot for slot in self.names if isinstance(slot, Slot) and slot.name == self.names[stands_for])
        name = self.naming(name)
        slot = Slot(len(self.slots), name)
        self.slots.append(Piece(name, ATOM))
        self.names[slot] = name
        if stands_for is not None:
            self.names[stands_for] = name
        return slot

    def expression(self, tree: Node) -> str:
        """Return the name of a tree, or the program that computes it."""
        return self.names.get(tree) or write(tree, tuple(self.slots), PROGRAM).text

    @property
    def made(self) -> list[str]:
        """What the sizes of the output are called."""
        return [self.expression(tree) for tree in self.output]

    def sizes(self) -> list[str]:
        """Return the lines that compute the sizes of the output; they return `None` where no window fits."""
        lines = []
        for name, tree, program in zip(self.made, self.output, self.programs, strict=True):
            if isinstance(tree, Operation) and name != program and f"{name} = {program}" not in lines:
                lines += [f"{name} = {program}", f"if {name} < 1: return None"]
        return lines

    def written(self, place: str, names: Sequence[str]) -> str:
        """Return the working of the quantities named, as the inside of an f-string."""
        shapes = [" × ".join([self._gap(size) for size in shape]) for shape in (self.read, self.seen)]
        written = [f"{place}: " + " → ".join(shapes)]
        for name in names:
            working = self.workings[name]
            parts = working.parts if isinstance(working, Workings) else () if working is NOTHING else (working,)
            if parts:
                equations = dict.fromkeys([self._equation(part) for part in parts])
                written.append(f"  {name.replace('_', '-')}: {', '.join(equations)}")
        return "\n".join(written)

    def _gap(self, tree: Node) -> str:
        return gap(self.expression(tree))

    def _equation(self, working: Working) -> str:
        pieces = tuple([self._piece(argument) for argument in working.arguments])
        tree = working.formula.tree(*working.arguments)
        text = write(tree, pieces, TEXT).text
        return f"{text} = {self._gap(node(working.value))}" if isinstance(tree, Operation) else text

    def _piece(self, argument: Quantity) -> Piece:
        if isinstance(argument, Node):
            return Piece(self._gap(argument), ATOM)
        return number(argument, TEXT) if isinstance(argument, int) else Piece(str(argument), ATOM)


def gap(expression: str) -> str:
    """Return the place of an expression in an f-string; a number stands there by itself."""
    return expression if expression.isdigit() else f"{{{expression}}}"


def formatted(template: str, names: Iterable[str]) -> list[str]:
    """Return the lines that fill a template; what is written more than once becomes text once and is copied."""
    lines, template = [], repr(template)
    for name in names:
        if template.count(f"{{{name}}}") > 1:
            lines.append(f'text_{name} = f"{{{name}}}"')
            template = template.replace(f"{{{name}}}", f"{{text_{name}}}")
    return [*lines, f"return f{template}"]


def gaps(template: str) -> list[str]:
    """Return the names that a template holds, each once."""
    return list(dict.fromkeys(re.findall(r"\{(\w+)\}", template)))


def function(arguments: str, lines: Iterable[str], **known: object) -> Any:
    """Compile a function from its lines, in which some other names may be known."""
    body = "\n    ".join(lines)
    exec(f"def rule({arguments}):\n    {body}", known)  # noqa: S102  # our own trees in Python's signs, as dataclasses do
    return known["rule"]
