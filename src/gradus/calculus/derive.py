"""Derivations: the gradient of a program by a quantity, stopped at what is given, with the steps as the working.

Reverse mode, statement by statement: each step is the gradient by one quantity in terms of the gradient by those
that it feeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from gradus.calculus import algebra
from gradus.calculus.differentiate import gradients, pick
from gradus.calculus.equality import Key, prepare
from gradus.calculus.expression import ONE, Expression, free_symbols, substitute, symbol
from gradus.calculus.names import canonical
from gradus.calculus.program import Program
from gradus.calculus.read import Reading, read
from gradus.calculus.shapes import Sizes
from gradus.calculus.simplify import simplify
from gradus.calculus.text import name as printed
from gradus.calculus.verdict import Verdict
from gradus.calculus.vocabulary import Symbol, Vocabulary
from gradus.errors import Fault

_SIZES = Sizes()


@dataclass(frozen=True)
class Step:
    """One line of working: the gradient by a quantity."""

    quantity: str
    gradient: Expression

    def __str__(self) -> str:
        return f"{self.quantity} = {self.gradient}"


@dataclass(frozen=True)
class Derivation:
    """A gradient with its working.

    Args:
        by: what was differentiated by, as an expression: a symbol, or an element such as `X_i`.
        given: the gradients that the answer may use, by name.
        gradient: the key.
        steps: the working, the first step first.
    """

    program: Program
    by: Expression
    given: tuple[str, ...]
    gradient: Expression
    steps: tuple[Step, ...]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Return the words an answer may use: inputs, quantities, and the gradients that are given."""
        return _with_gradients(self.program, self.given)

    @cached_property
    def key(self) -> Key:
        """Return the key in terms of inputs, ready for comparison."""
        return prepare(self.ground(self.gradient), self.vocabulary)

    def ground(self, tree: Expression) -> Expression:
        """Return an expression in terms of inputs: quantities and given gradients are replaced by what they are.

        So an answer may say `a_1*(1 - a_1)`, `sigmoid'(z_1)` or write `z_1` out, and all are the same.
        """
        return substitute(tree, self.meanings)

    @cached_property
    def meanings(self) -> dict[str, Expression]:
        """Return every quantity, and every given gradient that the program determines, in terms of inputs."""
        known = dict(self.program.definitions)
        for name in self.given:
            by = name.partition("/d(")[2][:-1]
            if by in known and self._determined(by):
                known[name] = substitute(derive(self.program, by).gradient, self.program.definitions)
        return known

    def _determined(self, by: str) -> bool:
        """Say whether the program says what a given gradient is: whether the objective follows from the quantity."""
        return not self.program.statements[-1][1].shape and by != self.program.objective

    def read(self, text: str) -> Reading:
        """Read an answer in the words of this derivation."""
        return read(text, self.vocabulary, self.gradient.shape)

    def compare(self, answer: Expression) -> Verdict:
        """Compare an answer with the gradient."""
        return self.key.compare(self.ground(answer))


def _with_gradients(program: Program, given: Sequence[str]) -> Vocabulary:
    extra = tuple(Symbol(name, _shape_of(program, name)) for name in given)
    vocabulary = program.vocabulary
    return Vocabulary((*vocabulary.symbols, *extra), vocabulary.operations, vocabulary.open, vocabulary.domain)


def _shape_of(program: Program, name: str) -> tuple[int | str, ...]:
    by = name.partition("/d(")[2][:-1]
    if by not in program.vocabulary.by_name:
        raise Fault("", "given", name, "must be the gradient by a quantity of the program", "write ∂L/∂z_2")
    return program.vocabulary.by_name[by].shape


def derive(
    program: Program, by: str, given: Sequence[str] = (), allowed: Sequence[str] | None = None, objective: str = ""
) -> Derivation:
    """Differentiate a program.

    Args:
        program: what is differentiated.
        by: a quantity, or an element with a free index such as `X_i`.
        given: gradients at which the derivation stops, such as `∂L/∂z_2`.
        allowed: quantities that may stand in the answer beside the inputs; all if `None`. Others are written out.
        objective: the name of what is differentiated; by default the last quantity, or what `given` names.

    Raises:
        Fault: the objective is no scalar, or does not depend on `by`.

    >>> from gradus.calculus.program import read_program
    >>> from gradus.calculus.vocabulary import declare
    >>> words = declare({"W1": "m × k", "W2": "p × m", "x": "k", "g": "elementwise"})
    >>> program = read_program("z1 = W1 @ x; a1 = g(z1); z2 = W2 @ a1", words)
    >>> found = derive(program, "z1", given=["∂L/∂z2"])
    >>> print(found.gradient)
    (W_2^T @ (∂L/∂z_2)) .* g'(z_1)
    >>> found.compare(found.read("(W2.T @ dz2) * g'(z1)").expression).outcome
    'equal'
    """
    names = tuple(map(canonical, given))
    stops = {name.partition("/d(")[2][:-1]: symbol(name, _shape_of(program, name)) for name in names}
    objective = objective or (names[0].partition(")/d(")[0][2:] if names else program.objective)
    target = read(by, program.vocabulary).expression
    if target.head not in ("symbol", "element"):
        raise Fault("", "by", by, "must be a quantity of the program, or an element such as X_i", "write W1")
    found, steps = _backwards(program, target, stops, objective)
    gradient = simplify(_allowed(pick(found, target), program, allowed))
    final = Step(_titled(objective, str(target)), gradient)
    if steps and steps[-1].quantity == final.quantity:
        steps.pop()
    return Derivation(program, target, names, gradient, (*steps, final))


def _titled(objective: str, by: str) -> str:
    return f"∂{printed(objective)}/∂{by}"


def _backwards(
    program: Program, target: Expression, stops: dict[str, Expression], objective: str
) -> tuple[dict[Expression, Expression], list[Step]]:
    """Run the statements backwards; return the gradient by every leaf that matters, and the steps."""
    name = target.label if target.head == "symbol" else target.parts[0].label
    depending = program.depending(name)
    found: dict[Expression, Expression] = {}
    if objective in dict(program.statements):
        if program.vocabulary.by_name[objective].shape:
            raise Fault("", "objective", objective, "must be a scalar", "end the program with L = …")
        found[symbol(objective)] = ONE
    steps: list[Step] = []
    for quantity, tree in reversed(program.statements):
        leaf = symbol(quantity, tree.shape)
        share = stops.get(quantity, found.get(leaf))
        if share is None or quantity not in depending or quantity == name:
            continue
        share = simplify(share)
        if share != ONE and quantity not in stops:
            steps.append(Step(_titled(objective, printed(quantity)), share))
            found[leaf] = share
        for part, more in gradients(tree, share, program.vocabulary).items():
            if _named(part) in depending:
                found[part] = algebra.add(_SIZES, (found[part], more)) if part in found else more
    return found, steps


def _named(leaf: Expression) -> str:
    return str(leaf.label if leaf.head == "symbol" else leaf.parts[0].label)


def _allowed(tree: Expression, program: Program, allowed: Sequence[str] | None) -> Expression:
    """Write out the quantities that the answer may not use."""
    if allowed is None:
        return tree
    kept = set(map(canonical, allowed))
    for name, meaning in reversed(program.statements):
        if name not in kept and name in free_symbols(tree):
            tree = substitute(tree, {name: meaning})
    return tree
