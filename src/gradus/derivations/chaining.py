"""The chain rule through what a function makes, one sample after the other."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from gradus.calculus import Vocabulary, declare, derive, read, read_program
from gradus.calculus.expression import Expression, rebuild
from gradus.calculus.vocabulary import Symbol
from gradus.derivations.formula import Formula
from gradus.derivations.statement import Asked, Spelling, Statement, derivation, terms_of


def chained(statement: Statement, made: str, gradient: str, count: str) -> Formula:
    """Return the gradient by a function's parameters in terms of the gradients by what it makes.

    Args:
        statement: the objective as a program, with the function and its own gradient declared.
        made: one sample that is made, such as `G(Z_i)`, in identifiers.
        gradient: the name under which the gradients by the samples are given, one row a sample.
        count: the number of samples, its identifier.
    """
    found = _chained(replace(statement, names=()), made, gradient, count).renamed(dict(statement.names))
    shown = Spelling(dict(statement.names))(made)
    return replace(found, terms=replace(found.terms, rewrites=_rewrites(shown, gradient)))


@lru_cache(maxsize=512)
def _chained(statement: Statement, made: str, gradient: str, count: str) -> Formula:
    stated = statement.stated
    direct = derivation(stated)
    words = direct.vocabulary
    one = read(made, words).expression
    wide = Vocabulary(
        (*words.symbols, Symbol(gradient, (count, *one.shape))), words.operations, words.open, words.domain
    )
    # what flows back is held fixed: the gradient of Σᵢ δᵢ·G(Zᵢ) by the parameters is the chain rule
    surrogate = read_program(f"{_free(words)} = sum_i(dot({made}, {gradient}_i))", wide)
    tree = derive(surrogate, stated.by).gradient
    same = (read(f"{gradient}_i", wide).expression, _by_sample(stated, one))
    return Formula(tree, replace(terms_of(statement, direct, wide), same=(same,)))


def _by_sample(asked: Asked, made: Expression) -> Expression:
    """Return the gradient of the objective by one sample that is made: of the program with a sample for it."""
    free = _free(derivation(asked).vocabulary)
    size = next(kind.partition("×")[0].strip() for _, kind in asked.words if "×" in kind)
    words = {**dict(asked.words), free: f"{size} × k"}
    program = asked.program.replace(str(made), f"{free}_i")
    found = derive(read_program(program, declare(words)), f"{free}_i").gradient

    def put(node: Expression) -> Expression:
        return made if node.head == "element" and node.parts[0].label == free else node

    return rebuild(found, put)


def _free(words: Vocabulary) -> str:
    """Return a letter that names nothing yet."""
    taken = set(words.names())
    return next(letter for letter in "SPWQOKIABCDEFGHJLMNRTUV" if letter not in taken)


def _rewrites(made: str, gradient: str) -> tuple[tuple[str, str], ...]:
    """Return how `∂L/∂G(Z_i)` is read: as the gradient that is given."""
    function, _, inner = made.partition("(")
    noise = inner.rstrip(")").partition("_")[0]
    sample = rf"{function}\s*\(\s*{noise}\s*[_^]\s*\{{?([a-z])\}}?\s*\)"
    plain = (rf"(?:∂|\\partial\s*)\w+\s*/\s*\(?(?:∂|\\partial\s*){sample}\)?", rf"{gradient}_\1")
    fraction = (rf"\\frac\s*\{{\s*\\partial\s*\w+\s*\}}\s*\{{\s*\\partial\s*{sample}\s*\}}", rf"{gradient}_\1")
    return plain, fraction
