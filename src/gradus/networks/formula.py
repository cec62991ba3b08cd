"""A rule of counting, written once: fast on ints, vectorised on arrays, symbolic on closed forms, a tree on slots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import signature

from gradus.networks.printing import ATOM, LATEX, TEXT, Notation, Piece, number, write
from gradus.networks.tree import Node, Quantity, Slot, node


@dataclass(frozen=True, slots=True)
class Formula:
    """A plain function over `+ - * //`, which can also show itself.

    Arguments that are `None`, a truth value or a string choose the *structure* of the rule (with or without bias);
    all others are quantities. One tree, and one text with gaps, is kept for each structure.

    >>> area = Formula(lambda height, width: height * width)
    >>> area(3, 4), area.general(3, 4)
    (12, 'height·width')
    """

    function: Callable[..., Quantity]
    trees: dict[tuple[object, ...], Node] = field(default_factory=dict, repr=False, compare=False)
    texts: dict[tuple[object, ...], str] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, *arguments: Quantity) -> Quantity:
        """Return the value of the rule for the arguments."""
        return self.function(*arguments)

    def tree(self, *arguments: Quantity) -> Node:
        """Return the tree of the rule for arguments of this structure, with a slot for each quantity."""
        structure = _structure(arguments)
        if structure not in self.trees:
            names = _names(self.function, len(arguments))
            slots = [Slot(i, names[i]) if kind is _GAP else kind for i, kind in enumerate(structure)]
            self.trees[structure] = node(self.function(*slots))
        return self.trees[structure]

    def text(self, *arguments: Quantity) -> str:
        """Return the rule with the arguments filled in, as text: `⌊(128 + 2·0 − 3)/1⌋ + 1`."""
        numbers = _INT.issuperset(map(type, arguments))
        structure = (_GAP,) * len(arguments) if numbers else tuple([_GAP if type(a) is int else a for a in arguments])
        form = self.texts.get(structure)
        if form is None:
            if structure != _structure(arguments):
                return self.write(arguments, TEXT)  # a closed form, which may need brackets
            gaps = tuple(Piece(f"{{{i}}}", ATOM) for i in range(len(arguments)))
            form = self.texts[structure] = write(self.tree(*arguments), gaps, TEXT).text
        text = form.format(*arguments)
        return self.write(arguments, TEXT) if "-" in text else text  # our minus is −, so - is a negative argument

    def latex(self, *arguments: Quantity) -> str:
        r"""Return the rule with the arguments filled in, as LaTeX without dollar signs."""
        return self.write(arguments, LATEX)

    def general(self, *arguments: Quantity) -> str:
        """Return the rule in its own names: `⌊(size + 2·before − kernel)/stride⌋ + 1`."""
        names = _names(self.function, len(arguments))
        return write(self.tree(*arguments), tuple(Piece(name, ATOM) for name in names), TEXT).text

    def write(self, arguments: tuple[Quantity, ...], notation: Notation) -> str:
        """Return the rule with the arguments filled in, in a notation."""
        pieces = tuple(piece(a, notation) for a in arguments)
        return write(self.tree(*arguments), pieces, notation).text


_GAP = object()
_INT = frozenset({int})


def _is_structural(argument: Quantity) -> bool:
    return argument is None or argument is True or argument is False or type(argument) is str


def _structure(arguments: tuple[Quantity, ...]) -> tuple[object, ...]:
    return tuple([a if _is_structural(a) else _GAP for a in arguments])


def _names(function: Callable[..., Quantity], count: int) -> list[str]:
    names: list[str] = []
    for parameter in signature(function).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            names += [f"{parameter.name}{i}" for i in range(1, count - len(names) + 1)]
        else:
            names.append(parameter.name)
    return names


def piece(value: Quantity, notation: Notation) -> Piece:
    """Write one value: a whole number, or a closed form by its own `piece` method."""
    if isinstance(value, int):
        return number(value, notation)
    own = getattr(value, "piece", None)
    if own is None:
        return Piece(str(value), ATOM)
    written: Piece = own(notation)
    return written


@dataclass(frozen=True, slots=True)
class Working:
    """A number together with where it comes from; nothing is written out before it is asked for.

    >>> Working(Formula(lambda height, width: height * width), (3, 4)).text
    '3·4 = 12'
    """

    formula: Formula
    arguments: tuple[Quantity, ...]

    @property
    def value(self) -> Quantity:
        """The number itself: an int, or a closed form where the arguments hold symbols."""
        return self.formula.function(*self.arguments)

    @property
    def text(self) -> str:
        """The derivation as text: `(3·3·3 + 1)·64 = 1792`."""
        return equation(self.formula.text(*self.arguments), piece(self.value, TEXT).text)

    @property
    def latex(self) -> str:
        """The derivation as LaTeX, without dollar signs."""
        return equation(self.formula.latex(*self.arguments), piece(self.value, LATEX).text)

    @property
    def tree(self) -> Node:
        """The formula tree, with a slot for each argument."""
        return self.formula.tree(*self.arguments)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Workings:
    """The derivations of several numbers that belong together, such as the sizes of an image."""

    parts: tuple[Working, ...]

    @property
    def text(self) -> str:
        """The derivations as text; equal ones are written once."""
        if len(self.parts) == 1 or (len(self.parts) == 2 and self.parts[0].arguments == self.parts[1].arguments):
            return self.parts[0].text
        return ", ".join(dict.fromkeys(part.text for part in self.parts))

    @property
    def latex(self) -> str:
        """The derivations as LaTeX; equal ones are written once."""
        return r",\quad ".join(dict.fromkeys(part.latex for part in self.parts))

    def __str__(self) -> str:
        return self.text


def equation(expression: str, value: str) -> str:
    """Write that an expression comes to a value; a value that needs no working stands alone."""
    return value if expression == value else f"{expression} = {value}"


CONSTANT = Formula(lambda value: value)
NOTHING = Working(CONSTANT, (0,))
"""The working of a layer that has none of what is counted."""
