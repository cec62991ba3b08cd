"""RNN, LSTM and GRU: published layers in both conventions of biases, and what goes wrong."""

from typing import Any

import pytest

from gradus.answers import Count
from gradus.families.recurrent_parameters import RecurrentParameters
from gradus.grading import grade


def layer(kind: Any = "lstm", inputs: int = 10, units: int = 20, **fields: Any) -> RecurrentParameters:
    return RecurrentParameters(
        **{"kind": kind, "inputs": inputs, "units": units, "layers": 1, "bidirectional": False, "biases": 1, **fields}
    )


@pytest.mark.parametrize(
    ("variant", "parameters"),
    [
        pytest.param(layer(inputs=128, units=64, bidirectional=True), 98_816, id="Keras' IMDB example: 98,816"),
        pytest.param(layer(layers=2, biases=2), 80 * 32 + 80 * 42, id="PyTorch's example LSTM(10, 20, 2)"),
        pytest.param(layer("gru", layers=2, biases=2), 60 * 32 + 60 * 42, id="PyTorch's example GRU(10, 20, 2)"),
        pytest.param(layer("rnn", layers=2, biases=2), 20 * 32 + 20 * 42, id="PyTorch's example RNN(10, 20, 2)"),
        pytest.param(layer("gru", biases=0), 3 * 20 * 30, id="no biases"),
        pytest.param(layer("rnn", 1, 1), 3, id="one of everything"),
    ],
)
def test_published_layers_come_out_as_published(variant: RecurrentParameters, parameters: int) -> None:
    assert variant.key() == variant.witness() == {"parameters": Count(parameters, "parameters")}


STACK = layer(layers=2, bidirectional=True)


@pytest.mark.parametrize(
    ("variant", "answer", "mistake"),
    [
        (STACK, 160 * 32 + 160 * 62, "two_biases"),
        (layer(biases=2), 80 * 31, "one_bias"),
        (STACK, 160 * 30 + 160 * 60, "bias_forgotten"),
        (STACK, 40 * 31 + 40 * 61, "gates_forgotten"),
        (STACK, 120 * 31 + 120 * 61, "gates_of_another"),
        (layer("gru"), 80 * 31, "gates_of_another"),
        (STACK, 160 * 11 + 160 * 41, "state_forgotten"),
        (STACK, 80 * 31 + 80 * 41, "one_direction"),
        (STACK, 2 * 160 * 31, "layers_alike"),
        (STACK, 160 * 31, "one_layer_only"),
        (STACK, 160 * 31 + 160 * 41, "width_not_doubled"),
    ],
)
def test_a_mistake_is_recognised(variant: RecurrentParameters, answer: int, mistake: str) -> None:
    assert STACK.key()["parameters"] == Count(160 * 31 + 160 * 61, "parameters")
    assert grade(variant, {"parameters": str(answer)})["parameters"].mistake == mistake
