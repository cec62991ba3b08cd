"""An author's program: `z1 = W1 @ x; a1 = g(z1); z2 = W2 @ a1; L = 1/2*norm(z2 - y)**2`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gradus.calculus.expression import Expression, free_symbols, substitute
from gradus.calculus.names import canonical
from gradus.calculus.read import read
from gradus.calculus.vocabulary import Symbol, Vocabulary
from gradus.errors import Fault, Unreadable

MOST_STATEMENTS, MOST_REMEMBERED = 60, 4_096


@dataclass(frozen=True)
class Program:
    """Statements in order, each naming one quantity.

    Args:
        vocabulary: inputs, functions, and every quantity that a statement names.
        statements: (name, expression) in the order written.
        inputs: what was declared, without the statements' names.
    """

    vocabulary: Vocabulary
    statements: tuple[tuple[str, Expression], ...]
    inputs: Vocabulary

    @property
    def objective(self) -> str:
        """Return the name of the last quantity."""
        return self.statements[-1][0]

    @cached_property
    def definitions(self) -> dict[str, Expression]:
        """Return every quantity in terms of inputs alone."""
        full: dict[str, Expression] = {}
        for name, tree in self.statements:
            full[name] = substitute(tree, full)
        return full

    def depending(self, name: str) -> set[str]:
        """Return the quantities that depend on one, itself among them; a function hides its parameters."""
        found = {name}
        hiding = [o.name.rpartition(" ")[2] for o in self.vocabulary.operations if o.name.startswith(f"∇_{{{name}}} ")]
        for quantity, tree in self.statements:
            opaque = {node.label.rstrip("'") for node in _walk(tree) if node.head == "opaque"}
            if free_symbols(tree) & found or opaque.intersection(hiding):
                found.add(quantity)
        return found


def _walk(tree: Expression) -> list[Expression]:
    from gradus.calculus.expression import walk

    return list(walk(tree))


def read_program(text: str, vocabulary: Vocabulary) -> Program:
    """Read a program; statements are parted by `;` or by lines.

    Raises:
        Unreadable: with the column in the whole text.
        Fault: a name is given twice, or there are too many statements.

    >>> from gradus.calculus.vocabulary import declare
    >>> words = declare({"W1": "m × k", "x": "k", "g": "elementwise", "y": "m"})
    >>> program = read_program("z1 = W1 @ x; L = 1/2*norm(g(z1) - y)**2", words)
    >>> [(name, str(tree)) for name, tree in program.statements]
    [('z_1', 'W_1 @ x'), ('L', '||g(z_1) - y||_2^2/2')]
    """
    known, statements, offset = vocabulary, list[tuple[str, Expression]](), 0
    for line in text.replace("\n", ";").split(";"):
        if line.strip():
            name, tree, known = _read_once(text, line, offset, known)
            statements.append((name, tree))
        offset += len(line) + 1
    if not 0 < len(statements) <= MOST_STATEMENTS:
        raise Fault(
            "", "program", text, f"must have 1 to {MOST_STATEMENTS} statements", "write z1 = W1 @ x; L = norm(z1)**2"
        )
    return Program(known, tuple(statements), vocabulary)


def _read_once(text: str, line: str, offset: int, known: Vocabulary) -> tuple[str, Expression, Vocabulary]:
    """Return name and meaning of a statement, and the words after it; read once in the same words."""
    found = known.read_so_far.get(line)
    if found is None:
        name, tree = _statement(text, line, offset, known)
        if name in known.by_name:
            raise Fault("", "program", name, "is given twice", "use another name")
        after = Vocabulary((*known.symbols, Symbol(name, tree.shape)), known.operations, known.open, known.domain)
        if len(known.read_so_far) >= MOST_REMEMBERED:
            known.read_so_far.clear()
        found = known.read_so_far[line] = name, tree, after
    return found


def _statement(text: str, line: str, offset: int, vocabulary: Vocabulary) -> tuple[str, Expression]:
    left, equals, right = line.partition("=")
    if not equals or not left.strip():
        raise Unreadable(text, offset, "expected a statement", "write z1 = W1 @ x")
    try:
        return canonical(left), read(right, vocabulary).expression
    except Unreadable as fault:
        raise Unreadable(text, offset + len(left) + 1 + fault.column, fault.expected, fault.remedy, "program") from None
