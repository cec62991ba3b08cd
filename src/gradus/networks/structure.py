"""A whole network compiled: from the numbers in its text and the sizes of its input to all its counts and its working.

The lines are those of its layers (`tracing.py`), one after another: what one makes, the next reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from gradus.networks import rules
from gradus.networks.checks import Shape
from gradus.networks.compiled import Counts, traced
from gradus.networks.layer import Layer
from gradus.networks.origins import Origins
from gradus.networks.plan import Step
from gradus.networks.printing import ATOM, PROGRAM, TEXT, Piece, write
from gradus.networks.table import TOTALS
from gradus.networks.tracing import COUNTED, QUANTITIES, function, gap, gaps

LARGEST = 100
"""Layers of a network that is compiled as a whole; a function for more would be long to make."""

SMALL = 4096
"""Below this, numbers and their digits are looked up."""

PHRASE = re.compile(r"\{\w+\}(?: × \{\w+\})+|\{\w+\}(?:·\{\w+\})+")
"""Sizes joined by one sign, which often stand in several lines."""

Known = tuple[int, ...]
Measured = tuple[Shape, Counts, Known]


class Structure:
    """Networks that differ in their numbers only, for inputs of one rank, square or not.

    `measure` takes the digits of each number and the shape, and returns the output, the totals, and what `text` needs
    to write the working; or `None` where the numbers make a network of another structure, or none at all.
    """

    __slots__ = ("measure", "text")

    def __init__(self, measure: Callable[[list[bytes], Shape], Measured | None], text: Callable[[Known], str]) -> None:
        self.measure, self.text = measure, text


def compiled_structure(origins: Origins, shape: Shape) -> Structure | None:
    """Return the structure of a network on inputs like this one, if it can be compiled."""
    network = origins.network
    steps = network.plan.steps
    if not 0 < len(steps) <= LARGEST:
        return None
    program = _Program(origins, shape)
    if not all(program.add(number, step) for number, step in enumerate(steps)):
        return None
    totals = program.total()
    template = "\n".join(program.written)
    known = gaps(template)
    output = program.made[network.result]
    result = f"return ({', '.join(output)},), ({', '.join(totals)}), ({', '.join(known)},)"
    numbers, texts = _small()
    measure = function("digits, shape", [*program.checks, *program.lines, result], number=numbers.__getitem__)
    return Structure(measure, function("known", _written(known, template), small=texts))


class _Program:
    """The lines of one structure while it is put together."""

    def __init__(self, origins: Origins, shape: Shape) -> None:
        self.origins = origins
        read = [f"size{i}" for i in range(len(shape))]
        self.checks = [
            f"{', '.join(read)}, = shape",
            f"if not {' is '.join(f'type({size})' for size in read)} is int: return None",
            f"if {' or '.join(f'{size} < 1' for size in read)}: return None",
        ]
        if len(shape) > 2 and shape[0] == shape[1]:
            self.checks.append("if size0 != size1: return None")
            read[1] = read[0]
        if origins.numbers:
            self.checks.append(f"{''.join(f'n{i}, ' for i in range(origins.numbers))}= map(number, digits)")
        if origins.conditions:
            self.checks.append(f"if not ({' and '.join(origins.conditions)}): return None")
        self.made = {-1: read}  # that of the input, whose number is -1
        self.lines: list[str] = []
        self.written: list[str] = []
        self.counts: list[list[str]] = []

    def add(self, number: int, step: Step) -> bool:
        """Add the lines of one step, or return False if it has none."""
        layer = step.layer
        if not isinstance(layer, Layer) or layer.pattern is None or step.owner or step.tied is not None:
            return False
        read = self.made[step.sources[0]]
        square = len(read) > 2 and read[0] == read[1]
        if len(read) > 2 and not square:  # where they come to the same, the derivation is written once
            self._once(f"if {read[0]} == {read[1]}: return None")
        fields = self.origins.fields.get(id(layer), {})

        def naming(name: str) -> str:
            kind, _, rest = name.partition("_")
            if kind == "layer":
                return f"n{fields[rest]}" if rest in fields else str(getattr(layer, rest))
            return read[int(name[4:])] if name.startswith("size") else f"{name}_{number}"

        trace = traced(layer, tuple(layer.pattern.free), len(read), square=square, naming=naming)
        if trace is None:
            return False
        self.lines += trace.sizes()
        self.made[number] = trace.made
        self.lines += [f"{name} = {p}" for name, p in zip(trace.named, trace.counts, strict=True) if name != p]
        self.counts.append(trace.named)
        self.written.append(trace.written(step.place, QUANTITIES))
        return True

    def _once(self, line: str) -> None:
        if line not in self.lines:
            self.lines.append(line)

    def total(self) -> list[str]:
        """Add the sums of all counts, and return what they are called."""
        totals = []
        for column, name in enumerate(COUNTED):
            # What depends on sizes and numbers is a product of them or greater, none of them 0: every term counts.
            terms = [counts[column] for counts in self.counts if counts[column] != "0"]
            if not terms:
                totals.append("0")
                continue
            tree: Any = rules.SUM.tree(*range(len(terms)))
            value = write(tree, tuple([Piece(term, ATOM) for term in terms]), PROGRAM).text
            text = write(tree, tuple([Piece(gap(term), ATOM) for term in terms]), TEXT).text
            if len(terms) > 1:
                self.lines.append(f"total_{name} = {value}")
                value, text = f"total_{name}", f"{text} = {{total_{name}}}"
            totals.append(value)
            self.written.append(f"{TOTALS[column]}: {text}")
        return totals


def _written(known: list[str], template: str) -> list[str]:
    """Return the lines that fill a template with the text of each number, made once."""
    sizes = [name for name in known if re.match("n[0-9]|size|made", name)]
    lines = [f"{', '.join(known)}, = known", "try:"]
    lines += [f"    text_{name} = small[{name}]" for name in sizes]
    lines += ["    pass", "except IndexError:", *(f'    text_{name} = f"{{{name}}}"' for name in sizes), "    pass"]
    for name in known:
        if name not in sizes:
            lines.append(f'text_{name} = f"{{{name}}}"')
        template = template.replace(f"{{{name}}}", f"{{text_{name}}}")
    template = repr(template)
    for number, phrase in enumerate(PHRASE.findall(template)):
        if template.count(phrase) > 1:
            lines.append(f'phrase{number} = f"{phrase}"')
            template = template.replace(phrase, f"{{phrase{number}}}")
    return [*lines, f"return f{template}"]


class _Numbers(dict[bytes, int]):
    """Numbers by their digits; those that are seen all the time are found twice as fast as they are read."""

    def __missing__(self, digits: bytes) -> int:
        return int(digits)


@cache
def _small() -> tuple[_Numbers, list[str]]:
    """Return the small numbers by their digits, and their digits by the numbers."""
    texts = list(map(str, range(SMALL)))
    return _Numbers({text.encode(): number for number, text in enumerate(texts)}), texts
