"""An author's own program: what to differentiate, by what, and what the answer may use."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Literal, final

from gradus.answers import Answer
from gradus.calculus import latex, shapes
from gradus.calculus.expression import symbol
from gradus.calculus.vocabulary import Vocabulary
from gradus.derivations import Derived, Statement, state
from gradus.derivations.derived import LAYOUT, maths
from gradus.derivations.statement import derivation, samples_of, slopes_of
from gradus.errors import Fault, GradusError
from gradus.parameters import Domain, among, drawn

LONGEST = 4_000
# every program that is drawn is written in these words
WORDS = "x: k; y: p; W1: m × k; W2: p × m; b1: m; b2: p; g: elementwise"
ACTIVATIONS = ("g", "sigmoid", "tanh", "exp", "softplus", "sin", "cos")
LOSSES = (
    "{c}*norm(z2 - y)**2",
    "{c}*norm({f}(z2) - y)**2",
    "{c}*dot(y, {f}(z2))",
    "{c}*dot(y, z2)",
    "{c}*sum({f}(z2 - y))",
    "logsumexp(z2) - {c}*dot(y, z2)",
    "{c}*dot({f}(z2), {f}(z2))",
)
FACTORS = ("1/2", "1/3", "1/4", "2/3", "3/2", "2", "3", "5", "7")


@final
@dataclass(frozen=True, slots=True)
class Texts(Domain):
    """Texts of some length."""

    def allows(self, value: object) -> bool:
        """Return whether it is a text, neither empty nor endless."""
        return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST

    def draw(self, source: random.Random) -> object:
        """Refuse: what it should say is not known here."""
        raise TypeError("texts are allowed, not drawn")

    def values(self) -> Iterator[object]:
        """Refuse likewise."""
        raise TypeError("texts are allowed, not drawn")

    def __str__(self) -> str:
        return f"a text of 1 to {LONGEST} characters"


@final
@dataclass(frozen=True, slots=True)
class Programs(Domain):
    """Programs in Python's notation; those that are drawn are networks of two layers with a loss."""

    def allows(self, value: object) -> bool:
        """Return whether it is a text that could be a program."""
        return Texts().allows(value) and "=" in str(value)

    def draw(self, source: random.Random) -> str:
        """Return a network with an activation, with biases or without, and a loss."""
        first, second, factor = source.choice(ACTIVATIONS), source.choice(ACTIVATIONS), source.choice(FACTORS)
        one, two = source.choice(("", " + b1")), source.choice(("", " + b2"))
        decay = source.choice(("", " + 1/2*norm(W1)**2", " + 1/2*norm(W2)**2", " + norm(x)**2"))
        loss = source.choice(LOSSES).format(c=factor, f=second)
        return f"z1 = W1 @ x{one}; a1 = {first}(z1); z2 = W2 @ a1{two}; L = {loss}{decay}"

    def values(self) -> Iterator[object]:
        """Yield a fixed sample: there are too many to list."""
        source = random.Random("programs")
        return (self.draw(source) for _ in range(24))

    def __str__(self) -> str:
        return f"statements such as z = W @ x; L = norm(z - y)**2, in at most {LONGEST} characters"


@final
@dataclass(frozen=True, kw_only=True)
class DerivationOfProgram(Derived):
    """Gradient of an author's own program, by any of its quantities."""

    parts: ClassVar[tuple[str, ...]] = ("gradient",)

    program: str = drawn(Programs())
    by: str = among("W1", "W2", "x", "z1", "a1", "z2", allowed=Texts())
    words: str = WORDS
    given: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    layout: Literal["either", "strict"] = "either"

    def statement(self) -> Statement:
        """State the program as the author wrote it."""
        words, allowed = dict(_declared(self.words)), self.allowed or None
        return state(words, self.program, self.by, self.given, allowed=allowed, layout=self.layout)

    def witness(self) -> Mapping[str, Answer]:
        """Differentiate the running program; a program that was drawn, one of many thousands, along one direction."""
        measured = slopes_of if self.words == WORDS else samples_of
        return {self.parts[0]: measured(self.statement())}

    def check(self) -> Iterator[Fault]:
        """Demand that the words read, that the program reads in them, and that it can be differentiated."""
        try:
            derivation(self.statement().stated)
        except Fault as fault:
            field = fault.field if fault.field in ("program", "by", "given", "words") else "program"
            yield Fault(type(self).__name__, field, getattr(self, field), fault.rule, fault.remedy)
        except GradusError as error:
            yield Fault(type(self).__name__, "program", self.program, str(error), "mend the program")

    def prompt(self) -> str:
        """Introduce every word, show the program, then ask."""
        found = derivation(self.statement().stated)
        inputs = found.program.inputs
        used = " ".join((self.program, self.by))
        introduced = "; ".join(_introduced(inputs, used))
        lines = ", \\quad ".join(f"{maths(name)} = {latex(tree)}" for name, tree in found.program.statements)
        by, loss = latex(found.by), maths(found.steps[-1].quantity.partition("/")[0].lstrip("∂"))
        given = [rf"$\frac{{\partial {loss}}}{{\partial {maths(name)}}}$" for name in self.given]
        terms = f" from {' and '.join(given)}" if given else ""
        kept = (
            f" Beside the inputs the answer may name {', '.join(f'${maths(n)}$' for n in self.allowed)}."
            if self.allowed
            else ""
        )
        return (
            f"Let {introduced}. Functions of a vector act on every element, except sums, norms and products.\n\n"
            f"$${lines}.$$\n\n"
            f"Give the **gradient** $\\frac{{\\partial {loss}}}{{\\partial {by}}}${terms}.{kept} Vectors are "
            f"columns. {LAYOUT}"
        )


@lru_cache(maxsize=64)
def _declared(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(_words(text))


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and shape from `W: m × k; x: k`, or one a line."""
    for line in text.replace("\n", ";").split(";"):
        name, colon, kind = line.partition(":")
        if line.strip() and not (colon and name.strip() and kind.strip()):
            raise Fault("", "words", line.strip(), "must be a name and what it is", "write W: m × k")
        if line.strip():
            yield name.strip(), kind.strip()


def _introduced(words: Vocabulary, used: str) -> Iterator[str]:
    """Yield what each word is, in words, leaving out those that a program does not use."""
    import re

    bare = used.replace("_", "")
    for declared in words.symbols:
        if re.search(rf"(?<![A-Za-z]){re.escape(declared.name.replace('_', ''))}", bare):
            domain = "" if declared.domain == "real" else f" ({declared.domain})"
            yield f"${latex(symbol(declared.name))}$ be {shapes.show(declared.shape)}{domain}"
    for operation in words.operations:
        if "∇" not in operation.name and re.search(rf"(?<![A-Za-z]){re.escape(operation.name)}(?![A-Za-z])", bare):
            kind = "a differentiable function of a number" if operation.elementwise else "a differentiable function"
            yield f"${latex(symbol(operation.name))}$ be {kind}"
