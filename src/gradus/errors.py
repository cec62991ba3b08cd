"""What can go wrong, told so that the reader can mend it.

GradusError
├── Fault               one thing wrong in one place: where, field, value, rule, remedy
│   ├── Unreadable      a text that is no answer of the kind asked for; carries a caret
│   └── Underdetermined a question with several right answers; carries all of them
└── Faults              every fault of one file, in its order
"""

from __future__ import annotations

from collections.abc import Iterable

LONGEST_VALUE = 60
UNDERDETERMINED = "underdetermined"  # a mistake of this name fits several cases; the audit reports it as such


class GradusError(Exception):
    """Anything that Gradus tells its user; never a fault of Gradus itself."""


def show(value: object) -> str:
    r"""Print a value for a message: short, on one line, control characters escaped.

    >>> print(show("a" + chr(27) + "[31m"))
    'a\x1b[31m'
    >>> len(show("b" * 1000)) <= LONGEST_VALUE
    True
    """
    if isinstance(value, str) and len(value) > LONGEST_VALUE:
        value = value[: LONGEST_VALUE - 5] + "…"
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def name(text: str) -> str:
    r"""Print a name for a message: as it is if it is harmless, else escaped and cut like a value.

    >>> print(name("stride"), name("a" + chr(27) + "[31m"))
    stride 'a\x1b[31m'
    """
    return text if text.isprintable() and len(text) <= LONGEST_VALUE else show(text)


class Fault(GradusError):
    """One thing wrong in one place.

    Args:
        where: file with line and column, or the name of what was being built.
        field: which field, column or option.
        value: what was found there; `None` when nothing was.
        rule: what it must be, as the end of a sentence: "must be at least 1".
        remedy: what to do about it.

    >>> print(Fault("exam.md:9:9", "stride", 0, "must be at least 1", "write 1 or more"))
    exam.md:9:9: stride = 0 must be at least 1; write 1 or more
    """

    def __init__(self, where: str, field: str, value: object, rule: str, remedy: str) -> None:
        super().__init__()
        self.where, self.field, self.value, self.rule, self.remedy = where, field, value, rule, remedy

    def __str__(self) -> str:
        field = name(self.field)  # a field can be a key of a hostile file
        named = f"{field} = {show(self.value)}" if self.value is not None else field
        place = "".join(c if c.isprintable() else "·" for c in f"{self.where}: ") if self.where else ""
        return f"{place}{named} {self.rule}; {self.remedy}"

    def at(self, where: str) -> Fault:
        """Return the same fault with its place named, for a caller who knows the file and line."""
        return Fault(where, self.field, self.value, self.rule, self.remedy)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.where, self.field, self.value, self.rule, self.remedy)


class Unreadable(Fault):
    """A text that cannot be read as the answer asked for: asked again, never marked.

    Args:
        text: what was written.
        column: 0-based position in `text` at which reading stopped.
        rule: what was expected there.
        remedy: an example of what can be read.
        part: which part of the question, when known.

    >>> print(Unreadable("12,34", 2, "groups of digits have three digits", "write 1234", part="parameters"))
    parameters = '12,34' cannot be read: groups of digits have three digits; write 1234
      12,34
        ^
    """

    def __init__(self, text: str, column: int, rule: str, remedy: str, part: str = "answer", where: str = "") -> None:
        super().__init__(where, part, text, f"cannot be read: {rule}", remedy)
        self.text, self.column, self.expected = text, column, rule

    def __str__(self) -> str:
        return f"{super().__str__()}\n{self.caret()}"

    def caret(self) -> str:
        """Return the text with a caret under the column, windowed around it."""
        start = max(0, self.column - 40)
        line = "".join(c if c.isprintable() else "·" for c in self.text[start : start + LONGEST_VALUE])
        return f"  {line}\n  {' ' * (self.column - start)}^"

    def at(self, where: str) -> Unreadable:
        """Return the same fault with its place named."""
        return Unreadable(self.text, self.column, self.expected, self.remedy, self.field, where)

    def of(self, part: str) -> Unreadable:
        """Return the same fault with its part named."""
        return Unreadable(self.text, self.column, self.expected, self.remedy, part, self.where)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.text, self.column, self.expected, self.remedy, self.field, self.where)


class Underdetermined(Fault):
    """A question that several answers solve.

    >>> print(Underdetermined("stride", ["2", "3"], "say more, or ask for all of them"))
    stride is not determined: 2 and 3 all fit; say more, or ask for all of them
    """

    def __init__(self, part: str, solutions: Iterable[str], remedy: str) -> None:
        self.solutions = tuple(solutions)
        *most, last = self.solutions or ("nothing",)
        listed = f"{', '.join(most)} and {last} all fit" if most else f"{last} fits"
        super().__init__("", part, None, f"is not determined: {listed}", remedy)
        self.part = part

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.part, self.solutions, self.remedy)


class Faults(GradusError):
    """Every fault of one file at once.

    >>> print(Faults([Fault("a.md:1", "points", -1, "must be positive", "write 2"),
    ...               Fault("a.md:2", "id", None, "is missing", "add one")]))
    a.md:1: points = -1 must be positive; write 2
    a.md:2: id is missing; add one
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


def suggest(name: str, names: Iterable[str]) -> str:
    """Return the remedy for an unknown name: the nearest known one, or all of them.

    >>> suggest("conv_layr", ["conv_layer", "conv_stack"])
    "did you mean 'conv_layer'?"
    >>> suggest("zebra", ["conv_layer", "conv_stack"])
    'known are conv_layer, conv_stack'
    """
    from difflib import get_close_matches  # costs 3 ms, needed only when something is wrong

    known = sorted(names)
    near = get_close_matches(name[:100].lower(), [k.lower() for k in known], n=1)
    if near:
        return f"did you mean {next(k for k in known if k.lower() == near[0])!r}?"
    return f"known are {', '.join(known)}" if known else "none are known"
