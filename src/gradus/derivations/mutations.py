"""Wrong answers and rewritten right ones, made from a key by machine: what a grader is tested with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from gradus.answers import Answer, Truth
from gradus.calculus import algebra
from gradus.calculus.algebra import Misfit
from gradus.calculus.expression import Expression, number
from gradus.calculus.latex import latex
from gradus.calculus.mistakes import changes
from gradus.calculus.shapes import Sizes
from gradus.calculus.text import plain
from gradus.derivations.formula import Formula
from gradus.errors import Unreadable

FACTORS = (-1, 2, 3, 5)
CLOSED = frozenset(("compare", "both", "element", "number", "size", "index", "eye", "ones"))
_SIZES = Sizes()
Path = tuple[int, ...]


@dataclass(frozen=True)
class Trial:
    """How a key fared against answers that were made from it.

    Args:
        wrong, accepted: answers that the witness finds wrong, and those of them that the key accepted.
        right, rejected: rewritten keys, and those of them that the key did not accept, with what was written.
    """

    wrong: int
    accepted: tuple[str, ...]
    right: int
    rejected: tuple[str, ...]


def try_out(key: Formula, witness: Answer, source: random.Random, count: int = 50) -> Trial:
    """Hold wrong and rewritten answers against a key, each written out and read as a candidate's would be.

    Every other one is written in LaTeX. What is wrong is for the witness to say: a change of a key can leave its
    value as it is.
    """
    wrong = list(_found_wrong(key, witness, source, count))
    right = list(rewritten(key.tree, source, count))
    accepted = tuple(text for text in _written(wrong) if _accepts(key, text))
    rejected = tuple(text for text in _written(right) if not _accepts(key, text))
    return Trial(len(wrong), accepted, len(right), rejected)


def _written(trees: list[Expression]) -> Iterator[str]:
    """Yield expressions as a keyboard and as LaTeX write them, in turn."""
    for place, tree in enumerate(trees):
        yield latex(tree) if place % 2 else plain(tree)


def _found_wrong(key: Formula, witness: Answer, source: random.Random, count: int) -> Iterator[Expression]:
    """Yield so many answers that the witness finds wrong: single changes in any order, then changes of changes."""
    single = list(wrong_ones(key.tree))
    source.shuffle(single)
    seen, found = set(), 0
    for turn in range(len(single) + 10 * count):
        tree = single[turn] if turn < len(single) else source.choice(list(wrong_ones(source.choice(single))))
        if found < count and tree not in seen and Formula(tree, key.terms).agrees(witness) is Truth.FALSE:
            found += 1
            yield tree
        seen.add(tree)


def _accepts(key: Formula, text: str) -> bool:
    """Return whether a key accepts an answer as it is written."""
    try:
        return key.agrees(key.read(text)) is Truth.TRUE
    except Unreadable:
        return False


def wrong_ones(tree: Expression) -> Iterator[Expression]:
    """Yield changed expressions: a slip, or any piece multiplied by a number, transposed or left out."""
    for _, changed in changes(tree):
        yield changed
    for path, node in pieces(tree):
        for factor in FACTORS:
            yield put(tree, path, algebra.times(_SIZES, (number(factor), node)))
        yield put(tree, path, algebra.add(_SIZES, (node, node, node._replace())))
        if len(node.shape) == 2 and node.shape[0] == node.shape[1]:
            yield put(tree, path, algebra.transpose(node))


def pieces(tree: Expression, path: Path = ()) -> Iterator[tuple[Path, Expression]]:
    """Yield every piece that stands for a value, with its place."""
    if tree.head in ("compare", "both", "true", "undefined"):
        return
    yield path, tree
    if tree.head not in CLOSED:
        for position, part in enumerate(tree.parts):
            yield from pieces(part, (*path, position))


def put(tree: Expression, path: Path, piece: Expression) -> Expression:
    """Return a tree with another piece at a place."""
    if not path:
        return piece
    first, *rest = path
    parts = list(tree.parts)
    parts[first] = put(parts[first], tuple(rest), piece)
    return tree._replace(parts=tuple(parts))


def rewritten(tree: Expression, source: random.Random, count: int) -> Iterator[Expression]:
    """Yield the same expression in other words: one to four identities, each at a place of its own."""
    for _ in range(count):
        found = tree
        for _ in range(source.randrange(1, 5)):
            path, node = source.choice(list(pieces(found)))
            found = put(found, path, _reworded(node, source))
        yield found


def _reworded(node: Expression, source: random.Random) -> Expression:
    """Apply one identity that any value obeys, or one that its head allows."""
    two = number(2)
    plain = [
        lambda: algebra.negative(algebra.negative(node)),
        lambda: algebra.divide(_SIZES, algebra.times(_SIZES, (two, node)), two),
        lambda: algebra.add(_SIZES, (algebra.times(_SIZES, (two, node)), algebra.negative(node))),
        lambda: algebra.divide(_SIZES, algebra.add(_SIZES, (node, node)), two),
    ]
    if node.head in ("add", "mul") and len(node.parts) > 1 and len({part.shape for part in node.parts}) == 1:
        plain.append(lambda: node._replace(parts=tuple(reversed(node.parts))))
    if node.head == "div" and not node.parts[1].shape:
        inverse = algebra.divide(_SIZES, number(1), node.parts[1])
        plain.append(lambda: algebra.times(_SIZES, (inverse, node.parts[0])))
    if node.head == "matmul":
        plain.append(lambda: _turned_twice(node))
    if node.head == "over" and node.label[0] == "sum" and node.parts[0].head == "add":
        plain.append(lambda: algebra.add(_SIZES, [node._replace(parts=(part,)) for part in node.parts[0].parts]))
    return source.choice(plain)()


def _turned_twice(node: Expression) -> Expression:
    """Return (BᵀAᵀ)ᵀ for AB, where both have transposes."""
    left, right = node.parts
    if len(left.shape) != 2 or len(right.shape) != 2:
        return node
    try:
        turned = algebra.matmul(_SIZES, algebra.transpose(right), algebra.transpose(left))
    except Misfit:
        return node
    return Expression("transpose", (turned,), None, node.shape)
