"""Shapes in an MLP: autodiff finds the same, in both layouts."""

import os
from typing import Any

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import pytest
from jax import numpy as jnp

from gradus.answers import Shape
from gradus.families.mlp_dimensions import MlpDimensions
from gradus.grading import grade


def mlp(layout: Any, layer: int) -> MlpDimensions:
    sizes = {"batch": 32, "inputs": 784, "first_hidden": 128, "second_hidden": 64, "outputs": 10}
    return MlpDimensions(layout=layout, layer=layer, **sizes)


@pytest.mark.parametrize("layout", ["rows", "columns"])
@pytest.mark.parametrize("layer", [1, 2, 3])
def test_autodiff_finds_the_same_shapes(layout: str, layer: int) -> None:
    variant = mlp(layout, layer)
    key = {part: tuple(answer) for part, answer in variant.key().items() if isinstance(answer, Shape)}

    def compute(state: Any, weights: Any, bias: Any) -> Any:
        return (state @ weights if layout == "rows" else weights @ state) + bias

    state, weights, bias = (jnp.ones(key[part]) for part in ("backward", "weights", "bias"))
    assert jax.eval_shape(compute, state, weights, bias).shape == key["preactivation"]
    slopes = jax.grad(lambda *arrays: (compute(*arrays) ** 2).mean(), argnums=(0, 1))(state, weights, bias)
    assert [slope.shape for slope in slopes] == [key["backward"], key["gradient"]]
    assert variant.witness() == variant.key()


def test_layers_in_rows_are_those_of_pytorch_transposed_and_of_keras() -> None:
    # Keras' Dense(128) on 784 inputs keeps a kernel (784, 128); torch.nn.Linear(784, 128).weight is (128, 784)
    assert mlp("rows", 1).key()["weights"] == Shape(784, 128)
    assert mlp("columns", 1).key()["weights"] == Shape(128, 784)


ROWS, COLUMNS = mlp("rows", 2), mlp("columns", 2)  # 128 → 64


@pytest.mark.parametrize(
    ("variant", "part", "answer", "mistake"),
    [
        (ROWS, "weights", "64 × 128", "transposed"),
        (COLUMNS, "weights", "128 × 64", "transposed"),
        (ROWS, "weights", "32 × 64", "batch_included"),
        (ROWS, "weights", "784 × 128", "another_layer"),
        (ROWS, "weights", "129 × 64", "bias_included"),
        (ROWS, "bias", "32 × 64", "batch_included"),
        (ROWS, "bias", "1 × 128", "one_for_each_input"),
        (ROWS, "bias", "64 × 1", "transposed"),
        (COLUMNS, "bias", "1 × 64", "transposed"),
        (ROWS, "bias", "64", "one_axis_only"),
        (COLUMNS, "bias", "(64,)", "one_axis_only"),
        (ROWS, "bias", "1 × 1", "one_for_all"),
        (ROWS, "preactivation", "64 × 32", "transposed"),
        (ROWS, "preactivation", "1 × 64", "one_example"),
        (ROWS, "preactivation", "32 × 128", "input_given"),
        (ROWS, "gradient", "64 × 128", "transposed"),
        (ROWS, "gradient", "32 × 64", "of_the_preactivation"),
        (ROWS, "gradient", "32 × 128 × 64", "one_for_each_example"),
        (ROWS, "backward", "32 × 64", "of_the_preactivation"),
        (ROWS, "backward", "128 × 32", "transposed"),
        (ROWS, "backward", "1 × 128", "added_over_the_batch"),
    ],
)
def test_a_mistake_is_recognised(variant: MlpDimensions, part: str, answer: str, mistake: str) -> None:
    assert grade(variant, {part: answer})[part].mistake == mistake
