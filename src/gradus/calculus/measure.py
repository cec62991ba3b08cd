"""The value of an expression at one given point: to hold a key against what a witness measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gradus.calculus.evaluate import Evaluation
from gradus.calculus.expression import Expression
from gradus.calculus.names import canonical
from gradus.calculus.points import Point
from gradus.calculus.survey import survey
from gradus.calculus.vocabulary import Vocabulary


def measure(
    tree: Expression,
    vocabulary: Vocabulary,
    sizes: Mapping[str, int],
    values: Mapping[str, Any],
    functions: Mapping[str, Callable[..., Any]],
) -> Any:
    """Return the value of an expression, an array of its sizes; indices left free come first.

    Args:
        tree: what is measured.
        vocabulary: its words.
        sizes: the named sizes.
        values: arrays by name, in any spelling.
        functions: opaque functions and their derivatives (`g`, `g'`, `∇D`), each taking arrays of one point.

    >>> from gradus.calculus.read import read
    >>> from gradus.calculus.vocabulary import declare
    >>> import numpy as np
    >>> words = declare({"W": "m × k", "x": "k"})
    >>> point = {"W": np.ones((2, 1)), "x": np.ones(1)}
    >>> measure(read("W x", words).expression, words, {"m": 2, "k": 1}, point, {}).tolist()
    [1.0, 1.0]
    """
    named = {canonical(name): value for name, value in values.items()}
    point = Point(vocabulary, sizes, named, {canonical(name): function for name, function in functions.items()})
    found = Evaluation(point).all(tree, survey(tree).free)
    return found[0].real if found.ndim else found.real


def measure_all(tree: Expression, vocabulary: Vocabulary, points: Sequence[Mapping[str, float]]) -> Any:
    """Return the values of an expression in numbers alone, at many points in one sweep.

    >>> from gradus.calculus.read import read
    >>> from gradus.calculus.vocabulary import OPEN
    >>> measure_all(read("x^2", OPEN).expression, OPEN, [{"x": 2.0}, {"x": 3.0}]).tolist()
    [4.0, 9.0]
    """
    import numpy as np

    columns = {canonical(name): [point[name] for point in points] for name in points[0]}
    found = Evaluation(Point(vocabulary, {}, columns, {}, many=True)).all(tree)
    return np.broadcast_to(found, len(points)).real
