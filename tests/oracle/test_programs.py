"""The witness reads Python's notation with Python's parser and evaluates no code."""

from __future__ import annotations

import pytest

from gradus.errors import Fault
from gradus.oracle.gradients import observe
from gradus.oracle.networks_at_random import draw

WORDS = {"W": "m × k", "x": "k", "g": "elementwise"}


@pytest.mark.parametrize(
    "text",
    [
        "L = __import__('os')",
        "L = (lambda: 1)()",
        "L = x[0]",
        "L = W W",
        "L = 'a'",
        "L = x.shape",
        "",
        "x",
        "L = unknown",
    ],
)
def test_anything_but_arithmetic_is_refused(text: str) -> None:
    pytest.importorskip("jax")
    with pytest.raises((Fault, IndexError)):
        observe(text, WORDS, "x")


def test_sizes_are_distinct_and_inputs_of_their_shapes() -> None:
    pytest.importorskip("numpy")
    declared = {
        "W": "m × k", "V": "p × m", "s": "positive scalar", "D": "unit k -> scalar", "∇_θ D": "k -> r", "θ": "r",
    }  # fmt: skip
    setting = draw(tuple(declared.items()), seed=3)
    assert len(set(setting.sizes.values())) == len(setting.sizes)
    assert setting.values["V"].shape == (setting.sizes["p"], setting.sizes["m"])
    assert setting.hidden == {"D": "θ"}


def test_there_are_sizes_for_as_many_names_as_a_program_has() -> None:
    pytest.importorskip("numpy")
    setting = draw(tuple((f"x{number}", f"a{number} × b{number}") for number in range(12)), seed=0)
    assert len(set(setting.sizes.values())) == 24
