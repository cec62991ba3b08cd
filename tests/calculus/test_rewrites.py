"""Right answers in other clothes are right: keys rewritten at random by rules that keep their values."""

from __future__ import annotations

import random

import pytest

from gradus.calculus import Expression, latex, plain
from gradus.calculus.algebra import add, divide, matmul, negative, times, transpose
from gradus.calculus.expression import number
from gradus.calculus.shapes import Sizes
from tests.calculus.test_derivations import PROGRAMS, derivation

SIZES, LONGEST = Sizes(), 4_000  # nobody writes more


def rewritten(tree: Expression, source: random.Random) -> Expression:
    """Rewrite every node with a chance of a half, by a rule that fits it."""
    if tree.head != "element":  # the language picks elements of quantities only
        tree = tree._replace(parts=tuple(rewritten(part, source) for part in tree.parts))
    if source.random() < 0.5 or tree.head in ("compare", "both", "number", "index", "size"):
        return tree
    return (
        source.choice([rule for rule in (reversed_terms, turned, doubled, moved, negated, spread) if rule(tree)])(tree)
        or tree
    )


def reversed_terms(tree: Expression) -> Expression | None:
    return tree._replace(parts=tree.parts[::-1]) if tree.head in ("add", "mul") else None


def turned(tree: Expression) -> Expression | None:
    """`A B` is `(Bᵀ Aᵀ)ᵀ`."""
    if tree.head != "matmul" or not tree.shape:
        return None
    left, right = tree.parts
    return transpose(matmul(SIZES, transpose(right), transpose(left)))


def doubled(tree: Expression) -> Expression | None:
    return divide(SIZES, times(SIZES, (number(2), tree)), number(2))


def moved(tree: Expression) -> Expression | None:
    return add(SIZES, (tree, tree, negative(tree)))


def negated(tree: Expression) -> Expression | None:
    return Expression("neg", (Expression("neg", (tree,), None, tree.shape),), None, tree.shape)


def spread(tree: Expression) -> Expression | None:
    """`A (b + c)` is `A b + A c`."""
    if tree.head != "matmul" or tree.parts[1].head != "add":
        return None
    return add(SIZES, [matmul(SIZES, tree.parts[0], part) for part in tree.parts[1].parts])


@pytest.mark.parametrize(("text", "words", "by", "given"), PROGRAMS, ids=[f"{t} by {by}" for t, _, by, _ in PROGRAMS])
def test_rewritten_keys_are_right(text: str, words: dict[str, str], by: str, given: tuple[str, ...]) -> None:
    found, source = derivation(text, words, by, given), random.Random(text + by)
    for _ in range(50):
        other = rewritten(found.gradient, source)
        for printed in (text for text in (plain(other), latex(other)) if len(text) < LONGEST):
            assert found.compare(found.read(printed).expression).outcome == "equal", printed
