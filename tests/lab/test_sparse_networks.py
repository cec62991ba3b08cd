"""Proximal training is for any network of the laboratory, and paths are warm-started from neighbours."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.lab.data import Dataset, digits, split, wine
from gradus.lab.sparse import path, pruned, sparsity_of_layers
from gradus.lab.sparse.neighbours import START, rounds
from gradus.lab.training import Settings, train

DIGITS = digits()
SEQUENCES = split(Dataset(DIGITS.inputs.reshape(-1, 8, 8), DIGITS.targets, 10), 128, 64, seed=0)
IMAGES = split(DIGITS, 128, 64, seed=0)
NETWORKS: dict[str, Any] = {
    "conv 3x3x4 > batchnorm > relu > maxpool 2 > conv 3x3x4 p1 > relu > flatten > dense 10": IMAGES,
    "conv 3x3x4 p1 > add(conv 3x3x4 p1 > relu | skip) > globalavgpool > dense 10": IMAGES,
    "lstm 6 last > dense 10": SEQUENCES,
    "rnn 6 > globalavgpool > dense 10": SEQUENCES,
}


@pytest.mark.parametrize("network", NETWORKS)
def test_any_network_of_the_laboratory_gets_exact_zeros(network: str) -> None:
    way = Settings(optimiser="adam", rate=0.01, epochs=12, measure_every=12, l1=0.05, l1_method="proximal")
    runs = train(network, NETWORKS[network], way, [0])
    assert not runs.diverged.any()
    zeros = sparsity_of_layers(runs.model, runs.parameters)
    assert all(shares[0, 0, 0] > 0 for shares in zeros.values()), zeros


def test_filters_of_a_residual_network_vanish_and_are_taken_out() -> None:
    network = (
        "conv 3x3x8 p1 > relu > add(conv 3x3x8 p1 > relu > conv 3x3x8 p1 | skip) > relu > globalavgpool > dense 10"
    )
    way = Settings(rate=0.05, epochs=12, measure_every=12, group=0.02, l1_method="proximal",
                   penalty_factors=(("6.dense", 0.0),))  # fmt: skip
    runs = train(network, IMAGES, way, [0])
    parameters = {place: {name: a[0, 0, 0] for name, a in arrays.items()} for place, arrays in runs.parameters.items()}
    smaller = pruned(runs.model, parameters, {})
    assert smaller.units["3.1.1.conv"][1] < 8
    assert smaller.table.parameters < smaller.before.parameters
    assert smaller.table.multiply_adds < smaller.before.multiply_adds
    inputs = IMAGES.test.inputs if IMAGES.test else IMAGES.train.inputs
    found = np.asarray(smaller.model.apply(smaller.parameters, smaller.state, inputs)[0])
    assert np.allclose(found, runs.outputs(inputs)[0, 0, 0], atol=1e-4)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=60), st.floats(0, 10))
def test_every_strength_begins_from_an_earlier_one_between_it_and_the_beginning(along: Any, begin: float) -> None:
    done: set[int] = set()
    order = rounds(along, begin)
    for pairs in order:
        for number, source in pairs:
            assert source in done or (source == START and not done)
            if source != START:
                low, high = sorted((along[number], along[order[0][0][0]]))
                assert low <= along[source] <= high
        done |= {number for number, _ in pairs}
    assert sorted(number for pairs in order for number, _ in pairs) == list(range(len(along)))
    assert len(order) <= 2 + int(np.log2(len(along)))


def test_each_strength_goes_on_from_where_its_neighbour_ended() -> None:
    data, strengths = split(wine(), 90, 40, seed=0), (0.001, 0.01, 0.1)
    way = Settings(rate=0.05, epochs=2, measure_every=2, l1_method="proximal")
    along = path("dense 6 > relu > dense 3", data, way, strengths, warm=5)
    assert rounds(strengths, 0.1) == [[(2, START)], [(1, 2)], [(0, 1)]]
    begins = {0.1: along.start, 0.01: along.network(0.1), 0.001: along.network(0.01)}
    for strength, begin in begins.items():
        alone = path("dense 6 > relu > dense 3", data, way, (strength,), start=begin)
        for place, arrays in alone.network(strength)[0].items():
            for name, array in arrays.items():
                assert np.allclose(along.network(strength)[0][place][name], array, atol=1e-6)


def test_a_strength_that_diverges_does_not_take_its_neighbours_along() -> None:
    data = split(wine(), 90, 40, seed=0)
    way = Settings(rate=0.05, epochs=2, measure_every=2, l1_method="subgradient")
    along = path("dense 6 > relu > dense 3", data, way, (1e30, 0.01, 0.1), warm=2, warm_strength=0.01)
    assert np.isfinite(along.final("train_loss")[1:]).all()
