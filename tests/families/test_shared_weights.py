"""Shared weights: counted once, at work each time."""

import numpy as np
import pytest

from gradus.answers import Count
from gradus.families.shared_weights import SharedWeights
from gradus.grading import grade

NET = SharedWeights(inputs=20, width=8, uses=3, classes=5, dropout="0.5")
BARE = SharedWeights(inputs=20, width=8, uses=3, classes=5, dropout="0.5", bias=False)
OWN, WORK = 21 * 8 + 9 * 8 + 9 * 5, 20 * 8 + 3 * 64 + 8 * 5


def test_a_layer_of_64_applied_four_times_has_4160_parameters_and_16384_multiplications() -> None:
    # torch: one Linear(64, 64) applied 4 times; the ends add 2·65·64 and 2·64·64
    net = SharedWeights(inputs=64, width=64, uses=4, classes=64, dropout="0.1")
    assert net.key()["parameters"] == Count(4160 + 2 * 4160, "parameters")
    assert net.key()["multiplications"] == Count(16_384 + 2 * 4096, "multiply-adds")
    assert net.witness() == net.key()


def test_the_output_reacts_to_exactly_as_many_scalars() -> None:
    source = np.random.default_rng(0)
    arrays = [source.normal(size=sizes) for sizes in ((20, 8), (8,), (8, 8), (8,), (8, 5), (5,))]
    image = source.normal(size=20)

    def run() -> np.ndarray:
        state = image @ arrays[0] + arrays[1]
        for _ in range(3):
            state = np.where(state > 0, state, 0.1 * state) @ arrays[2] + arrays[3]  # no unit is ever quite dead
        result: np.ndarray = state @ arrays[4] + arrays[5]
        return result

    before, reacting = run(), 0
    for array in arrays:
        for place in np.ndindex(array.shape):
            array[place] += 0.5
            reacting += bool(np.abs(run() - before).max() > 1e-9)
            array[place] -= 0.5
    assert NET.key()["parameters"] == Count(reacting, "parameters") == Count(OWN, "parameters")


@pytest.mark.parametrize(
    ("variant", "part", "answer", "mistake"),
    [
        (NET, "parameters", OWN + 2 * 9 * 8, "counted_at_every_use"),
        (NET, "parameters", OWN + 2 * 8, "biases_at_every_use"),
        (NET, "parameters", OWN - 9 * 8, "shared_layer_forgotten"),
        (NET, "parameters", OWN + 8, "dropout_given_parameters"),
        (NET, "parameters", OWN + 24, "dropout_at_every_use"),
        (NET, "parameters", 20 * 8 + 8 * 8 + 8 * 5, "bias_forgotten"),
        (BARE, "parameters", OWN, "bias_added"),
        (NET, "multiplications", 20 * 8 + 64 + 8 * 5, "shared_layer_once"),
        (NET, "multiplications", 2 * WORK, "flops_given"),
        (NET, "multiplications", WORK + 4 * 8 + 5, "biases_counted"),
    ],
)
def test_a_mistake_is_recognised(variant: SharedWeights, part: str, answer: int, mistake: str) -> None:
    assert grade(variant, {part: str(answer)})[part].mistake == mistake
