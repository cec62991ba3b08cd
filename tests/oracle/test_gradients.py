"""A gradient is measured by differences and by JAX, whatever stands in the program."""

from __future__ import annotations

import numpy as np
import pytest

from gradus.errors import Fault
from gradus.oracle.directions import along
from gradus.oracle.gradients import observe, observe_steadily

LAYERS = {"W1": "m × k", "W2": "p × m", "x": "k", "g": "elementwise", "w": "k"}
TWO = "z1 = W1 @ x; a1 = g(z1); z2 = W2 @ a1; L = norm(z2)**2"


@pytest.mark.parametrize(
    ("text", "by", "method"),
    [
        ("L = norm(w)**2", "w", "complex step"),
        ("L = norm(w, 1)", "w", "central differences"),
        ("L = norm(x - w, 1) + norm(w)", "w", "central differences"),
        ("L = dot(x, relu(w))", "w", "central differences"),
        ("L = max(dot(x, w), 0)", "w", "central differences"),
        ("L = log(det(outer(x, x) + outer(w, w)) + norm(w)**2)", "w", "complex step"),
        (TWO, "W1", "complex step"),
    ],
)
def test_differences_and_jax_come_to_the_same(text: str, by: str, method: str) -> None:
    for seed in range(3):
        found = observe(text, LAYERS, by, seed=seed)
        assert found.methods == (method, "JAX")
        assert found.gap < 1e-6
        assert along(text, LAYERS, by, seed=seed).agrees(found.gradient)


def test_the_norm_of_absolute_values_has_signs_for_its_gradient() -> None:
    found = observe("L = norm(w, 1)", LAYERS, "w", jax=False)
    np.testing.assert_allclose(found.gradient, np.sign(found.values["w"]), rtol=1e-8)


@pytest.mark.parametrize("given", ["z2", "z_2", "∂L/∂z2", "∂L/∂z_2", "∂L/∂z_{2}"])
def test_a_gradient_is_given_by_any_spelling_of_its_quantity(given: str) -> None:
    found = observe(TWO, LAYERS, "W1", [given], jax=False)
    name = given if "/" in given else f"∂L/∂{given}"
    np.testing.assert_allclose(found.values[name], 2 * found.values["z2"], rtol=1e-12)


@pytest.mark.parametrize(("by", "given"), [("z_3", ()), ("W1", ("z_3",)), ("", ()), ("W1", ("∂L/∂",))])
def test_a_quantity_that_the_program_lacks_is_a_fault(by: str, given: tuple[str, ...]) -> None:
    with pytest.raises(Fault, match="must be an input or a quantity of the program"):
        observe(TWO, LAYERS, by, given, jax=False)


def test_points_at_which_a_program_has_no_value_are_passed_over() -> None:
    found = observe_steadily("L = log(dot(w, x))", LAYERS, "w", count=3)
    assert all(seen.values["w"] @ seen.values["x"] > 0 for seen in found)


@pytest.mark.parametrize("text", ["L = log(-norm(w)**2)", "L = sqrt(0*norm(w) - 1)"])
def test_a_program_without_a_value_has_no_witness(text: str) -> None:
    with pytest.raises(Fault, match="has a gradient at 0 of 12 random networks only"):
        observe_steadily(text, LAYERS, "w")
