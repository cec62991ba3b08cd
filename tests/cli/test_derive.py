"""`gradus derive` prints the gradient, its steps and whether its witness agrees."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from gradus.cli import main

WHERE = "W1: m × k; W2: p × m; x: k; g: elementwise"
PROGRAM = "z1 = W1 @ x; a1 = g(z1); z2 = W2 @ a1"


def test_the_gradient_its_steps_and_the_witness_are_printed() -> None:
    pytest.importorskip("jax")
    found = CliRunner().invoke(main, ["derive", PROGRAM, "--by", "W1", "--given", "z2", "--where", WHERE])
    assert found.exit_code == 0, found.output
    lines = found.output.splitlines()
    assert lines[-2] == "∂L/∂W_1 = ((W_2^T @ (∂L/∂z_2)) .* g'(z_1)) @ x^T"
    assert lines[-1].startswith("  agrees with automatic differentiation (JAX) and complex step on 3 random networks")


def test_json_holds_the_same() -> None:
    found = CliRunner().invoke(main, ["derive", PROGRAM, "--by", "x", "-g", "z2", "-w", WHERE, "--json"])
    (row,) = json.loads(found.output)
    assert row["shape"] == ["k"]
    assert len(row["steps"]) == 3
    assert "W_{1}^\\top" in row["latex"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["L = W1 @", "--by", "x", "-w", WHERE], "expected a number, a name, a function or a bracket"),
        (["L = W1 @ x", "--by", "x", "-w", WHERE], "must be a scalar"),
        (["L = 1", "--by", "x", "-w", "x"], "must say what a name is"),
        (["L = 1", "--by", "x", "-w", "x: 0 × 1"], "must list sizes"),
    ],
)
def test_what_cannot_be_derived_exits_with_2_and_says_why(arguments: list[str], told: str) -> None:
    found = CliRunner().invoke(main, ["derive", *arguments])
    assert found.exit_code == 2
    assert told in found.output


def test_a_notation_the_witness_cannot_read_loses_no_gradient() -> None:
    found = CliRunner().invoke(main, ["derive", "L = x^T A x", "--by", "x", "-w", "A: n × n; x: n"])
    assert found.exit_code == 0
    assert "A @ x + A^T @ x" in found.output
    assert "no witness" in found.output
