"""Data sets: what is promised of each, and of what is made of them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradus.errors import Fault
from gradus.lab import data
from gradus.lab.data import Dataset

REAL = (data.digits, data.wine, data.breast_cancer, data.iris, data.diabetes)
MADE = {
    "letters": lambda seed: data.letters(1, alphabet="AB", seed=seed),
    "blobs": lambda seed: data.blobs(20, seed=seed),
    "xor": lambda seed: data.xor(20, noise=0.1, seed=seed),
    "correlated": lambda seed: data.correlated_features(20, correlation=0.5, seed=seed),
    "imbalanced": lambda seed: data.imbalanced(20, prevalence=0.3, seed=seed),
    "regression": lambda seed: data.noisy_regression(20, seed=seed),
}


@pytest.mark.parametrize("load", REAL, ids=lambda load: load.__name__)
def test_real_sets_are_float32_and_complete(load: Any) -> None:
    found = load()
    assert found.inputs.dtype == np.float32
    assert np.isfinite(found.inputs).all()
    assert found.targets.dtype == (np.int32 if found.classes else np.float32)
    if found.classes:
        assert set(found.targets) == set(range(found.classes))


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_a_seed_gives_the_same_data_and_another_seed_gives_others(make: Any) -> None:
    one, same, other = make(1), make(1), make(2)
    assert np.array_equal(one.inputs, same.inputs)
    assert np.array_equal(one.targets, same.targets)
    assert not np.array_equal(one.inputs, other.inputs)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 120), st.integers(0, 30), st.integers(0, 10_000))
def test_a_split_shares_out_every_example_once(train: Any, validation: Any, seed: Any) -> None:
    whole = data.iris()
    numbered = Dataset(np.arange(150)[:, None], whole.targets, 3)
    parts = data.split(numbered, train, validation, seed=seed).sets
    rows = np.concatenate([part.inputs[:, 0] for part in parts])
    assert sorted(rows) == list(range(150))
    assert len(parts[0]) == train


def test_a_stratified_split_keeps_the_shares_of_the_classes() -> None:
    parts = data.split(data.iris(), 75, 30, seed=4).sets
    for part in parts:
        counts = np.bincount(part.targets)
        assert counts.max() - counts.min() <= 1


def test_resampling_takes_the_numbers_asked_for() -> None:
    few = data.resampled(data.imbalanced(1000, prevalence=0.1, seed=0), (50, 300), seed=1)
    assert np.bincount(few.targets).tolist() == [50, 300]


def test_down_sampling_takes_no_example_twice() -> None:
    whole = Dataset(np.arange(100)[:, None], np.arange(100) % 2, 2)
    rows = data.resampled(whole, (30, 50), seed=0).inputs[:, 0]
    assert len(set(rows)) == 80


def test_centring_takes_the_mean_of_the_first_set_off_all() -> None:
    one, other = data.blobs(50, shift=3, seed=0), data.blobs(50, shift=9, seed=1)
    first, second = data.centre(one, other)
    assert np.allclose(first.inputs.mean(axis=0), 0, atol=1e-5)
    assert np.allclose(other.inputs - second.inputs, one.inputs.mean(axis=0), atol=1e-4)


def test_standardising_leaves_a_constant_channel_at_zero() -> None:
    (found,) = data.standardise(Dataset(np.full((5, 1), 7.0), np.zeros(5), 1))
    assert (found.inputs == 0).all()


def test_flipping_twice_is_nothing_and_a_random_flip_takes_about_half() -> None:
    images = data.digits()
    twice = data.flipped(data.flipped(images, "vertical"), "vertical")
    assert np.array_equal(twice.inputs, images.inputs)
    assert np.array_equal(data.flipped(images, "horizontal").inputs[3, 2, :, 0], images.inputs[3, 2, ::-1, 0])
    some = (data.flipped(images, "horizontal", seed=0).inputs != images.inputs).any(axis=(1, 2, 3)).mean()
    assert 0.4 < some < 0.6


def test_mislabelled_labels_are_wrong_in_nine_of_ten_of_ten_classes() -> None:
    images = data.digits()
    wrong = (data.mislabelled(images, 0.5, seed=0).targets != images.targets).mean()
    assert 0.40 < wrong < 0.50


def test_letters_of_one_class_differ_and_carry_ink() -> None:
    found = data.letters(3, alphabet="O", seed=0)
    assert not np.array_equal(found.inputs[0], found.inputs[1])
    assert (found.inputs.max(axis=(1, 2, 3)) > 0.5).all()


def test_letters_can_be_told_apart_by_their_nearest_neighbour() -> None:
    from sklearn.neighbors import KNeighborsClassifier

    images = data.flattened(data.letters(20, alphabet="AILOX", seed=0))
    parts = data.split(images, 0.5, seed=0)
    learner = KNeighborsClassifier(1).fit(parts.train.inputs, parts.train.targets)
    assert parts.test is not None
    assert learner.score(parts.test.inputs, parts.test.targets) > 0.4  # by chance 0.2


def test_the_imbalanced_posterior_is_the_one_of_its_docstring() -> None:
    found = data.imbalanced(200_000, prevalence=0.2, features=4, distance=1.5, seed=0)
    along = found.inputs.sum(axis=1) / 2
    chances = 1 / (1 + np.exp(-(1.5 * along + np.log(0.25))))
    for low in (0.1, 0.3, 0.5):
        members = (chances >= low) & (chances < low + 0.1)
        assert abs(found.targets[members].mean() - chances[members].mean()) < 0.02


def test_wells_are_minima_and_the_lowest_is_the_lowest() -> None:
    wells = data.multi_well(seed=3)
    grid = np.linspace(-5, 5, 2001)
    values = grid**2 / 2 + (wells.heights * np.sin(grid[:, None] * wells.waves + wells.phases)).sum(axis=1)
    assert abs(grid[values.argmin()] - wells.lowest) < 0.01
    assert wells.basin([wells.lowest + 0.001])[0] == wells.best


FAULTS = [
    (lambda: Dataset(np.zeros((0, 2)), np.zeros(0)), "dataset: inputs = 0 must have one row for each example"),
    (
        lambda: Dataset(np.full((2, 2), np.nan), np.array([0, 1]), 2),
        "dataset: inputs holds NaN or infinity; fill or",
    ),
    (
        lambda: Dataset(np.zeros((2, 2)), np.array([0, 2]), 2),
        "dataset: targets = 2 must be from 0 to 1; number",
    ),
    (lambda: data.split(data.iris(), 200, seed=0), "split: train = 200 must leave the 150 examples to share out"),
    (lambda: data.resampled(data.iris(), (1, 2), seed=0), "must name a number for each of the 3 classes"),
    (lambda: data.flipped(data.iris(), "horizontal"), "of images height × width × channels; write horizontal"),
    (lambda: data.drawn(data.iris(), 200, seed=0, replace=False), "drawn: count = 200 must be from 1 to the 150"),
    (lambda: data.letters(0, seed=0), "letters: per_class = 0 must be at least 1; write for example"),
    (lambda: data.Split(data.iris(), data.wine()), "split: test = (13,) must have inputs of the shape of those"),
]


@pytest.mark.parametrize(("make", "text"), FAULTS, ids=[text[:30] for _, text in FAULTS])
def test_what_does_not_fit_is_refused_with_a_remedy(make: Any, text: Any) -> None:
    with pytest.raises(Fault) as caught:
        make()
    assert text in str(caught.value)
