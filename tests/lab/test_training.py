"""Training: one network of the laboratory is what a plain loop makes of it, whatever is trained beside it."""

from typing import Any

import jax
import numpy as np
import pytest

from gradus.errors import Fault
from gradus.lab.data import Dataset, Split, blobs, digits, noisy_regression, split, xor
from gradus.lab.models import build, scaled
from gradus.lab.training import Schedule, Settings, Stopping, train
from gradus.lab.training.flipping import flip
from gradus.lab.training.sampling import order

NETWORK = "dense 6 > tanh > dense 3"
DATA = split(blobs(90, classes=3, features=4, seed=0), 48, 18, seed=0)
SHORT = Settings(epochs=2, batch=16, rate=0.05)


def by_hand(settings: Any, seed: Any, data: Any) -> Any:
    """Train dense, tanh, dense by SGD with momentum, derivatives written out, in float64."""
    start = build(NETWORK, (4,)).initialise(seed)
    p = [start[place][name].astype(np.float64) for place in ("1.dense", "3.dense") for name in ("weight", "bias")]
    velocity, losses = [np.zeros_like(value) for value in p], []
    for rows in order(settings, data, seed).reshape(-1, settings.batch):
        x, y = data.inputs[rows].astype(np.float64), np.eye(3)[data.targets[rows]]
        hidden = np.tanh(x @ p[0] + p[1])
        scores = hidden @ p[2] + p[3]
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        losses.append(-np.log((chances * y).sum(axis=1)).mean())
        out = (chances - y) / len(x)
        back = out @ p[2].T * (1 - hidden**2)
        gradients = [x.T @ back, back.sum(axis=0), hidden.T @ out, out.sum(axis=0)]
        gradients = [g + settings.l2 * w if w.ndim == 2 else g for g, w in zip(gradients, p, strict=True)]
        velocity = [settings.momentum * v + g for v, g in zip(velocity, gradients, strict=True)]
        p = [w - settings.rate * v for w, v in zip(p, velocity, strict=True)]
    return p, losses


def parameters_of(runs: Any, *cell: Any) -> Any:
    return [runs.parameters[place][name][cell] for place in ("1.dense", "3.dense") for name in ("weight", "bias")]


@pytest.fixture(scope="module")
def runs() -> Any:
    ways = [SHORT, Settings(epochs=2, batch=16, rate=0.1, momentum=0.5, l2=0.01)]
    return train(NETWORK, DATA, ways, seeds=range(3), chunk=4)


@pytest.mark.parametrize("cell", [(0, 0, 1), (1, 0, 2)])
def test_a_run_is_what_a_loop_by_hand_makes(runs: Any, cell: Any) -> None:
    wanted, losses = by_hand(runs.settings[cell[0]], runs.seeds[cell[2]], DATA.train)
    for found, value in zip(parameters_of(runs, *cell), wanted, strict=True):
        assert np.allclose(found, value, atol=1e-5)
    assert np.allclose(runs.losses[cell], losses, atol=1e-5)


def test_the_neighbours_in_a_program_change_no_bit(runs: Any) -> None:
    alone = train(NETWORK, DATA, SHORT, seeds=[2], chunk=4)
    for one, many in zip(parameters_of(alone, 0, 0, 0), parameters_of(runs, 0, 0, 2), strict=True):
        assert np.array_equal(one, many)


def test_the_width_of_a_program_changes_rounding_only(runs: Any) -> None:
    others = train(NETWORK, DATA, list(runs.settings), seeds=range(3), chunk=1)
    for one, other in zip(parameters_of(runs), parameters_of(others), strict=True):
        assert np.allclose(one, other, rtol=1e-4, atol=1e-6)


def test_data_sets_are_an_axis(runs: Any) -> None:
    other = Split(DATA.train.taken(np.arange(48)[::-1]), DATA.test, DATA.validation)
    both = train(NETWORK, [DATA, other], SHORT, seeds=range(2))
    assert both.axes == (1, 2, 2)
    assert np.allclose(both.losses[0, 0], runs.losses[0, 0, :2], atol=1e-5)
    assert not np.allclose(both.losses[0, 1], both.losses[0, 0], atol=1e-3)


def test_the_history_is_what_the_parameters_give(runs: Any) -> None:
    assert DATA.test is not None
    found = runs.measure(DATA.test)
    assert np.allclose(found["loss"], runs.history["test_loss"][..., -1], atol=1e-5)
    assert np.array_equal(found["accuracy"], runs.final("test_accuracy"))
    predicted = runs.outputs(DATA.test.inputs).argmax(axis=-1) == DATA.test.targets
    assert np.allclose(predicted.mean(axis=-1), found["accuracy"])
    assert np.allclose(runs.gap("loss"), runs.final("test_loss") - runs.final("train_loss"))


def test_training_goes_on_from_given_parameters(runs: Any) -> None:
    start = (runs.parameters, runs.state)
    still = train(NETWORK, DATA, [Settings(epochs=2, batch=16, rate=0.0)] * 2, seeds=range(3), start=start)
    assert np.array_equal(still.parameters["1.dense"]["weight"], runs.parameters["1.dense"]["weight"])
    larger = scaled(runs.model, runs.parameters, 10)
    assert np.allclose(larger["3.dense"]["weight"], 10 * runs.parameters["3.dense"]["weight"])


def test_a_diverged_run_is_reported_and_spoils_no_other() -> None:
    ways = [Settings(epochs=2, batch=16, rate=rate, loss="squared") for rate in (0.01, 1e6)]
    found = train("dense 8 > relu > dense 3", DATA, ways, seeds=range(2))
    assert found.diverged[:, 0].tolist() == [[False, False], [True, True]]
    assert np.isnan(found.final("test_loss")[1]).all()
    assert np.isfinite(found.final("test_loss")[0]).all()


def test_kinds_of_settings_may_differ_in_one_call() -> None:
    ways = [Settings(epochs=2, batch=16), Settings(epochs=2, batch=8, optimiser="adam", rate=0.01)]
    found = train(NETWORK, DATA, ways, seeds=range(2))
    assert found.losses.shape == (2, 1, 2, 12)
    assert np.isnan(found.losses[0, 0, 0]).sum() == 6  # three steps an epoch, not six
    assert np.isfinite(found.losses[1]).all()


def test_watched_quantities_are_those_of_the_parameters() -> None:
    found = train(NETWORK, DATA, Settings(epochs=1, batch=48, watch=("weight", "gradient", "dead")), seeds=[0])
    assert found.columns["weight"] == ("1.dense", "3.dense")
    weight = found.parameters["3.dense"]["weight"][0, 0, 0]
    assert found.watched["weight"][0, 0, 0, -1, 1] == pytest.approx(np.sqrt((weight**2).mean()), rel=1e-5)
    assert found.watched["dead"].shape == (1, 1, 1, 1, 3)


def test_proximal_steps_give_exact_zeros_where_the_subgradient_gives_none() -> None:
    ways = [Settings(epochs=20, batch=16, l1=0.2, l1_method=method) for method in ("proximal", "subgradient")]
    zeros = (train(NETWORK, DATA, ways, seeds=range(2)).parameters["1.dense"]["weight"] == 0).mean(axis=(2, 3, 4))
    assert zeros[0, 0] > 0.1
    assert zeros[1, 0] == 0


def test_weights_of_examples_weigh_in_the_loss() -> None:
    whole = xor(64, noise=0.1)
    half = np.tile([2.0, 0.0], 32)
    weighted = Dataset(whole.inputs, whole.targets, 2, half)
    chosen = whole.taken(half > 0)
    one = train("dense 4 > tanh > dense 2", weighted, Settings(epochs=3, batch=None), seeds=[0])
    other = train("dense 4 > tanh > dense 2", chosen, Settings(epochs=3, batch=None), seeds=[0])
    assert np.allclose(one.losses, other.losses, atol=1e-5)


def test_values_are_fitted_down_to_their_noise() -> None:
    data = split(noisy_regression(400, noise=0.1, seed=0), 300, seed=0)
    way = Settings(optimiser="adam", rate=0.01, loss="squared", epochs=60, schedule=Schedule(kind="cosine"))
    found = train("dense 32 > tanh > dense 32 > tanh > dense 1", data, way, seeds=range(2))
    assert (found.final("test_loss") < 3 * 0.1**2 / 2).all()


def test_flips_turn_about_half_of_the_images_along_each_axis() -> None:
    images = np.tile(np.arange(4, dtype=np.float32).reshape(2, 2, 1), (400, 1, 1, 1))
    with jax.disable_jit():
        seen = np.asarray(flip(images, ("horizontal", "vertical"), np.uint32(5)))[..., 0]
    shares = [(seen == other).all(axis=(1, 2)).mean() for other in ([[0, 1], [2, 3]], [[1, 0], [3, 2]],
                                                                    [[2, 3], [0, 1]], [[3, 2], [1, 0]])]  # fmt: skip
    assert sum(shares) == 1
    assert min(shares) > 0.18


def test_flips_and_dropout_change_what_is_learned() -> None:
    images = split(digits(), 64, seed=0)
    way = Settings(epochs=2, batch=64, flips=("horizontal",), dropout=0.5)
    found = train("flatten > dropout > dense 10", images, way, seeds=[0])
    assert np.isfinite(found.losses).all()
    assert found.losses[0, 0, 0, 1] > found.final("train_loss")[0, 0, 0]  # half of the pixels are missing in training


def test_balanced_sampling_shows_all_classes_equally_often() -> None:
    data = Dataset(np.zeros((100, 1)), np.arange(100) < 10, 2)
    rows = order(Settings(sampling="balanced", epochs=20), data, 0)
    assert abs(data.targets[rows].mean() - 0.5) < 0.03


def test_the_path_ends_where_the_run_ends() -> None:
    found = train(NETWORK, DATA, Settings(epochs=4, batch=16, measure_every=2, keep_path=True), seeds=[1])
    path, _ = found.path
    assert path["1.dense"]["weight"].shape == (1, 1, 1, 2, 4, 6)
    assert jax.tree.all(jax.tree.map(lambda p, end: bool((p[:, :, :, -1] == end).all()), path, found.parameters))


WRONG = [
    ({"data": DATA, "settings": Settings(batch=64)}, "settings: batch = 64 must be at most the 48"),
    ({"settings": []}, "train: settings must not be empty; give at least one"),
    ({"seeds": [-1]}, "train: seeds = -1 must be whole numbers from 0; write range(8)"),
    ({"network": "dense 5"}, "train: outputs = 5 of the network must be 3 for cross_entropy on these data; end with"),
    ({"settings": Settings(epochs=3, measure_every=2)}, "settings: measure_every = 2 must divide the 3 epochs"),
    ({"settings": [SHORT, Settings(epochs=3)]}, "must agree in epochs and measure_every; call train once for each"),
    ({"data": Split(DATA.train), "settings": Settings(stopping=Stopping())}, "is no part of the data; split off a"),
    ({"data": [DATA, Split(DATA.train)]}, "call train once for each size"),
    ({"settings": Settings(flips=("vertical",))}, "needs images height × width × channels; give images"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "text"), WRONG, ids=[text[:40] for _, text in WRONG])
def test_what_does_not_fit_is_refused_with_a_remedy(changed: Any, text: Any) -> None:
    given = {"network": NETWORK, "data": DATA, "settings": SHORT, "seeds": [0]} | changed
    with pytest.raises(Fault) as caught:
        train(given["network"], given["data"], given["settings"], given["seeds"])
    assert text in str(caught.value)


BAD = [
    ({"optimiser": "adan"}, "settings: optimiser = 'adan' must be one of sgd, momentum"),
    ({"rate": float("nan")}, "settings: rate = nan must be finite; leave it out to switch it off"),
    ({"momentum": 1.5}, "settings: momentum = 1.5 must be from 0 to 1"),
    ({"epochs": 0}, "settings: epochs = 0 must be at least 1"),
    ({"dropout": 2.0}, "settings: dropout = 2.0 must be from 0 to 1"),
    ({"watch": ("gradients",)}, "settings: watch = 'gradients' must be one of gradient, weight"),
]


@pytest.mark.parametrize(("fields", "text"), BAD, ids=[str(fields) for fields, _ in BAD])
def test_a_setting_out_of_range_is_refused(fields: Any, text: Any) -> None:
    with pytest.raises(Fault) as caught:
        Settings(**fields)
    assert text in str(caught.value)
