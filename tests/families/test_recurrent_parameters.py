"""RNN, LSTM and GRU: published layers in both conventions of biases, cells that react, and what goes wrong."""

from typing import Any

import numpy as np
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


def squash(values: np.ndarray) -> np.ndarray:
    result: np.ndarray = 1 / (1 + np.exp(-values))
    return result


def advance(kind: str, sums: np.ndarray, below: list[np.ndarray], before: list[np.ndarray], cell: np.ndarray) -> Any:
    """One step of a cell; `below` and `before` are each gate's products with input and state, biases included."""
    if kind == "rnn":
        return np.tanh(sums), cell
    if kind == "gru":
        reset, update = squash(below[0] + before[0]), squash(below[1] + before[1])
        return (1 - update) * np.tanh(below[2] + reset * before[2]) + update * cell, cell
    into, forget, out = (squash(below[gate] + before[gate]) for gate in (0, 1, 3))
    cell = forget * cell + into * np.tanh(below[2] + before[2])
    return out * np.tanh(cell), cell


@pytest.mark.parametrize("kind", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("biases", [0, 1, 2])
def test_the_output_reacts_to_exactly_as_many_scalars(kind: str, biases: int) -> None:
    variant = layer(kind, inputs=2, units=3, layers=2, bidirectional=True, biases=biases)
    source, gates = np.random.default_rng(0), {"rnn": 1, "gru": 3, "lstm": 4}[kind]
    arrays: dict[tuple[int, int, int], list[np.ndarray]] = {}
    for depth, way, gate in np.ndindex(2, 2, gates):
        shapes = [(3, 2 if depth == 0 else 6), (3, 3), *[(3,)] * biases]
        arrays[depth, way, gate] = [source.normal(size=shape) for shape in shapes]
    words = source.normal(size=(4, 2))

    def run() -> np.ndarray:
        sequence = list(words)
        for depth in range(2):
            ways = []
            for way in range(2):
                state, cell, states = np.full(3, 0.5), np.full(3, 0.3), []
                for word in sequence[:: 1 - 2 * way]:
                    own = [arrays[depth, way, gate] for gate in range(gates)]
                    below = [gate[0] @ word + (gate[2] if biases else 0) for gate in own]
                    before = [gate[1] @ state + (gate[3] if biases > 1 else 0) for gate in own]
                    cell = state if kind == "gru" else cell
                    state, cell = advance(kind, below[0] + before[0], below, before, cell)
                    states.append(state)
                ways.append(states[:: 1 - 2 * way])
            sequence = [np.concatenate(pair) for pair in zip(*ways, strict=True)]
        return np.concatenate(sequence)

    start, reacting = run(), 0
    for array in (array for gate in arrays.values() for array in gate):
        for place in np.ndindex(array.shape):
            array[place] += 0.5
            reacting += bool(np.abs(run() - start).max() > 1e-12)
            array[place] -= 0.5
    assert variant.key() == variant.witness() == {"parameters": Count(reacting, "parameters")}
