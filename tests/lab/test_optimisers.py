"""Every optimiser takes the step that optax's own takes, with hyper-parameters that differ from run to run."""

from typing import Any

import jax
import numpy as np
import optax
import pytest

from gradus.lab.data.wells import multi_well, value
from gradus.lab.training import Schedule, Settings, minimise
from gradus.lab.training.optimisers import factors, transformation
from gradus.lab.training.shrinking import penalised, shrunk

PARAMETERS = {"w": np.array([1.0, -2.0, 0.5], np.float32)}
GRADIENTS = [{"w": np.array(g, np.float32)} for g in ([0.3, -4.0, 0.0], [-1.0, 2.0, 0.7], [0.1, 0.1, 0.1])]

OWN = {
    "sgd": lambda n: optax.sgd(n["rate"]),
    "momentum": lambda n: optax.sgd(n["rate"], momentum=n["momentum"]),
    "nesterov": lambda n: optax.sgd(n["rate"], momentum=n["momentum"], nesterov=True),
    "rmsprop": lambda n: optax.rmsprop(n["rate"], decay=n["decay"], eps=n["epsilon"], eps_in_sqrt=False),
    "adam": lambda n: optax.adam(n["rate"], b1=n["beta1"], b2=n["beta2"], eps=n["epsilon"]),
    "adamw": lambda n: optax.adamw(n["rate"], n["beta1"], n["beta2"], n["epsilon"], weight_decay=n["weight_decay"]),
}  # fmt: skip


def walk(rule: Any) -> Any:
    parameters, memory = PARAMETERS, rule.init(PARAMETERS)
    for gradients in GRADIENTS:
        updates, memory = rule.update(gradients, memory, parameters)
        parameters = optax.apply_updates(parameters, updates)
    return parameters["w"]


@pytest.mark.parametrize("name", OWN)
def test_steps_are_those_of_optax_for_every_run(name: Any) -> None:
    rows = [
        Settings(rate=0.1, momentum=0.9, decay=0.9, beta1=0.9, beta2=0.99, weight_decay=0.1).numbers,
        Settings(rate=0.3, momentum=0.2, decay=0.5, beta1=0.5, beta2=0.8, epsilon=0.1, weight_decay=0.3).numbers,
    ]
    names = set(rows[0]) - {"patience"} - ({"weight_decay"} if name != "adamw" else set())
    numbers = {key: np.array([row[key] for row in rows], np.float32) for key in names}
    found = jax.vmap(lambda n: walk(transformation(name, Schedule(), n, 3, clipped=False)))(numbers)
    for row, end in zip(rows, found, strict=True):
        assert np.allclose(end, walk(OWN[name](row)), rtol=1e-5)


def test_gradients_are_clipped_by_value_and_by_norm() -> None:
    numbers = Settings(optimiser="sgd", rate=1.0, clip_value=0.5, clip_norm=0.6).numbers
    numbers.pop("weight_decay")
    rule = transformation("sgd", Schedule(), numbers, 1, clipped=True)
    updates, _ = rule.update(GRADIENTS[0], rule.init(PARAMETERS), PARAMETERS)
    by_value = np.array([0.3, -0.5, 0.0])
    wanted = -by_value * min(1, 0.6 / np.linalg.norm(by_value))
    assert np.allclose(updates["w"], wanted, atol=1e-6)


def test_a_clip_at_infinity_changes_nothing() -> None:
    numbers = Settings(rate=1.0, clip_value=0.5).numbers | {"clip_value": np.float32(np.inf)}
    numbers.pop("weight_decay")
    rule = transformation("sgd", Schedule(), numbers, 1, clipped=True)
    updates, _ = rule.update(GRADIENTS[1], rule.init(PARAMETERS), PARAMETERS)
    assert np.array_equal(updates["w"], -GRADIENTS[1]["w"])


SCHEDULES = {
    "constant": [1, 1, 1, 1, 1],
    "linear": [1, 0.75, 0.5, 0.25, 0],
    "cosine": [(1 + np.cos(np.pi * t / 4)) / 2 for t in range(5)],
    "exponential": [0.25 ** (t / 2) for t in range(5)],
    "steps": [1, 1, 0.25, 0.25, 0.0625],
    "warmup": [0, 0.5, 1, 1, 1],
}


@pytest.mark.parametrize(("kind", "wanted"), SCHEDULES.items())
def test_schedules_multiply_the_rate_by_what_they_promise(kind: Any, wanted: Any) -> None:
    rule = factors(Schedule(kind=kind, factor=0.25, every=2), 5)
    assert np.allclose([rule(step) for step in range(5)], wanted, atol=1e-6)


def test_penalties_touch_weights_only() -> None:
    tree = {"weight": np.array([2.0, -3.0, 0.0]), "bias": np.array([1.0])}
    chosen = {"weight": True, "bias": False}
    zeros = jax.tree.map(np.zeros_like, tree)
    found = penalised(zeros, tree, chosen, 0.1, 0.5)
    assert np.allclose(found["weight"], [1.1, -1.6, 0.0])
    assert np.allclose(found["bias"], 0)
    assert np.allclose(shrunk(tree, chosen, 1.0, 2.5, None, "neurons")["weight"], [0.0, -0.5, 0.0])


def test_descents_follow_the_rule_and_find_minima() -> None:
    wells = multi_well(seed=0)
    starts = np.linspace(-4, 4, 9)[:, None]
    ways = [Settings(optimiser="sgd", rate=0.01), Settings(optimiser="sgd", rate=0.02)]
    found = minimise(value, starts, ways, steps=400, data=np.stack([wells.terms] * 9))
    assert found.ends.shape == (2, 9, 1)
    assert not found.diverged.any()
    assert np.abs(found.ends - np.asarray(wells.minima)[wells.basin(found.ends[..., 0])][..., None]).max() < 0.01
    x, (heights, waves, phases) = starts[0, 0], wells.terms.astype(float)
    x -= 0.01 * (x + (heights * waves * np.cos(waves * x + phases)).sum())
    after = x**2 / 2 + (heights * np.sin(waves * x + phases)).sum()
    assert found.values[0, 0, 1] == pytest.approx(after, abs=1e-5)
