"""A family whose answer is one derivative: its statement is all that the single family adds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from gradus.answers import Answer
from gradus.calculus.expression import symbol
from gradus.calculus.latex import latex
from gradus.calculus.names import canonical
from gradus.derivations import recognising
from gradus.derivations.formula import Formula
from gradus.derivations.statement import Statement, derivation, key_of, samples_of
from gradus.errors import Fault
from gradus.family import Family, Mistake

LAYOUT = "A gradient has the shape of its variable."


@dataclass(frozen=True, kw_only=True)
class Named(Family):
    """A family whose quantities have names that are drawn."""

    named: ClassVar[tuple[str, ...]] = ()  # fields that hold names, which must differ

    def check(self) -> Iterator[Fault]:
        """Demand that names differ."""
        names = [canonical(getattr(self, field)) for field in self.named]
        for place, name in enumerate(names):
            if name in names[:place]:
                first = self.named[names.index(name)]
                rule = f"must differ from {first}"
                yield Fault(type(self).__name__, self.named[place], name, rule, "give each quantity its own name")
                return


@dataclass(frozen=True, kw_only=True)
class Derived(Named):
    """Asks for one gradient; the key is derived symbolically, the witness measured on random networks."""

    parts: ClassVar[tuple[str, ...]] = ("gradient",)

    @abstractmethod
    def statement(self) -> Statement:
        """Return what is asked; the one thing that key and witness share, since both must answer the same question."""

    def key(self) -> Mapping[str, Answer]:
        """Differentiate symbolically, in reverse."""
        return {self.parts[0]: key_of(self.statement())}

    def witness(self) -> Mapping[str, Answer]:
        """Differentiate the running program on random networks of random sizes."""
        return {self.parts[0]: samples_of(self.statement())}

    def mistakes(self) -> Iterator[Mistake]:
        """List the slips that the key suggests."""
        for part, key in self.key().items():
            if isinstance(key, Formula):
                yield from recognising.listed(part, key)

    def recognise(self, part: str, answer: Answer) -> Mistake | None:
        """Explain a wrong expression: a factor, a sign, a transpose, a term or a factor of the chain too few."""
        key = self.key()[part]
        if isinstance(key, Formula) and isinstance(answer, Formula):
            return recognising.recognise(part, key, answer)
        return None

    def working(self) -> str:
        """Show the steps of the reverse mode."""
        return "\n".join(map(str, derivation(self.statement().asked).steps))


def maths(name: str) -> str:
    r"""Return a name as LaTeX.

    >>> print(maths("theta_d"), maths("W_{l+1}"))
    \theta_{d} W_{l+1}
    """
    return latex(symbol(canonical(name)))
