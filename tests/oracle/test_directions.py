"""The slope along one direction is that of the gradient by JAX, on the programs of the common families."""

from __future__ import annotations

import numpy as np
import pytest

from gradus.calculus import declare, derive, read_program
from gradus.calculus.measure import measure
from gradus.errors import Fault
from gradus.oracle.directions import along
from gradus.oracle.gradients import observe

LAYERS = {"W1": "m × k", "W2": "p × m", "x": "k", "g": "elementwise", "y": "p"}
GAN = {"X": "n × k", "Z": "n × r", "D": "unit k -> scalar", "G": "r -> k", "θ": "s", "∇_θ D": "k -> s"}
RIDGE = {"X": "n × d", "w": "d", "y": "n", "lam": "positive scalar"}
PROGRAMS = [
    ("z1 = W1 @ x; a1 = g(z1); z2 = W2 @ a1; L = 1/2*norm(z2 - y)**2", LAYERS, "W1", ()),
    ("z1 = W1 @ x; a1 = g(z1); z2 = W2 @ a1", LAYERS, "W1", ("z2",)),
    ("L = 1/n*sum_i(log(D(X_i)) + log(1 - D(G(Z_i))))", GAN, "θ", ()),
    ("L = 1/n*sum_i(log(sigmoid(z_i)))", {"z": "n"}, "z_i", ()),
    ("L = 1/n*norm(X @ w - y)**2 + lam*norm(w)**2", RIDGE, "w", ()),
    ("L = norm(X @ w - y)**2 + lam*norm(w, 1)", RIDGE, "w", ()),
]


@pytest.mark.parametrize(("text", "declared", "by", "given"), PROGRAMS)
def test_slopes_are_those_of_the_key_and_of_jax(
    text: str, declared: dict[str, str], by: str, given: tuple[str, ...]
) -> None:
    words = declare(declared)
    found = derive(read_program(text, words), by, given=[f"∂L/∂{name}" for name in given])
    for seed in range(5):
        slope = along(text, declared, by, given, seed)
        key = measure(found.gradient, found.vocabulary, slope.sizes, slope.values, slope.functions)
        assert slope.agrees(key), slope.gap(key)
        for wrong in (2 * key, -key, key * np.where(np.arange(key.size).reshape(key.shape) == 0, 1.01, 1)):
            assert not slope.agrees(wrong)
    slope, seen = along(text, declared, by, given), observe(text, declared, by, given)
    if not given:  # one that is no scalar is made one by other weights
        assert slope.agrees(seen.gradient)


def test_what_has_no_value_or_another_shape_does_not_agree() -> None:
    slope = along("L = norm(X @ w - y)**2", RIDGE, "w")
    assert not slope.agrees(np.full(slope.direction.shape, np.nan))
    assert not slope.agrees(np.zeros((1, slope.direction.size)))


def test_a_name_that_the_program_lacks_is_refused() -> None:
    with pytest.raises(Fault, match="must be an input or a quantity"):
        along("L = norm(X @ w - y)**2", RIDGE, "v")
