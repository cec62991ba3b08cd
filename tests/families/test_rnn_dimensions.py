"""Shapes in a recurrent layer: a scan and its gradient find the same."""

import os
from typing import Any

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import pytest
from jax import numpy as jnp

from gradus.answers import Shape
from gradus.families.rnn_dimensions import RnnDimensions
from gradus.grading import grade

RNN = RnnDimensions(kind="rnn", inputs=7, units=5, batch=3, steps=11)
LSTM = RnnDimensions(kind="lstm", inputs=7, units=5, batch=3, steps=11)


@pytest.mark.parametrize("variant", [RNN, LSTM])
def test_a_scan_and_its_gradient_find_the_same_shapes(variant: RnnDimensions) -> None:
    key = {part: tuple(answer) for part, answer in variant.key().items() if isinstance(answer, Shape)}

    def run(sequence: Any, into: Any, back: Any, bias: Any) -> Any:
        def step(carried: Any, word: Any) -> Any:
            state, cell = carried
            sums = into @ word[:, None] + back @ state + bias
            if variant.kind == "lstm":
                gates = jax.nn.sigmoid(sums)
                cell = gates[5:10] * cell + gates[:5] * jnp.tanh(sums[15:])
                state = gates[10:15] * jnp.tanh(cell)
            else:
                state = jnp.tanh(sums)
            return (state, cell), state[:, 0]

        return jax.lax.scan(step, (jnp.zeros((5, 1)), jnp.zeros((5, 1))), sequence)[1]

    arrays = [jnp.ones(key[part]) for part in ("input", "recurrent", "bias")]
    batch = jnp.ones((3, 11, 7))
    every = jax.vmap(run, in_axes=(0, None, None, None))
    assert jax.eval_shape(every, batch, *arrays).shape == key["states"]
    gradient = jax.grad(lambda back: every(batch, arrays[0], back, arrays[2]).sum())(arrays[1])
    assert gradient.shape == key["gradient"]
    assert variant.witness() == variant.key()


def test_the_matrices_of_pytorch_have_these_shapes() -> None:
    # torch.nn.LSTM(10, 20): weight_ih_l0 is (80, 10), weight_hh_l0 is (80, 20)
    lstm = RnnDimensions(kind="lstm", inputs=10, units=20, batch=3, steps=5)
    assert [lstm.key()[part] for part in ("input", "recurrent")] == [Shape(80, 10), Shape(80, 20)]


@pytest.mark.parametrize(
    ("variant", "part", "answer", "mistake"),
    [
        (LSTM, "input", "7 × 20", "transposed"),
        (LSTM, "input", "20 × 5", "recurrent_given"),
        (LSTM, "input", "11 × 20 × 7", "steps_included"),
        (LSTM, "input", "20 × 12", "matrices_joined"),
        (LSTM, "input", "5 × 7", "gates_forgotten"),
        (LSTM, "recurrent", "11 × 20 × 5", "steps_included"),
        (LSTM, "recurrent", "20 × 7", "input_given"),
        (LSTM, "recurrent", "20 × 12", "matrices_joined"),
        (LSTM, "recurrent", "5 × 5", "gates_forgotten"),
        (LSTM, "recurrent", "5 × 20", "transposed"),
        (LSTM, "bias", "20 × 3", "batch_included"),
        (LSTM, "bias", "20", "one_axis_only"),
        (LSTM, "bias", "7 × 1", "of_the_input"),
        (LSTM, "bias", "5 × 1", "gates_forgotten"),
        (LSTM, "states", "3 × 11 × 20", "gates_included"),
        (RNN, "states", "11 × 3 × 5", "steps_first"),
        (RNN, "states", "3 × 5", "last_state_only"),
        (RNN, "states", "3 × 11 × 7", "size_of_the_input"),
        (RNN, "states", "3 × 12 × 5", "first_included"),
        (LSTM, "gradient", "5 × 20", "transposed"),
        (RNN, "gradient", "11 × 5 × 5", "one_for_each_step"),
        (RNN, "gradient", "3 × 5 × 5", "one_for_each_sequence"),
        (RNN, "gradient", "5 × 7", "of_the_input_matrix"),
    ],
)
def test_a_mistake_is_recognised(variant: RnnDimensions, part: str, answer: str, mistake: str) -> None:
    assert grade(variant, {part: answer})[part].mistake == mistake
