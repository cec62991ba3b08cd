"""The training doctor names what was done to a training, and says nothing of a healthy one."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gradus.lab.doctor import Log, Measurement, Setup, Step, diagnose
from gradus.lab.doctor.diagnosing import DIAGNOSES
from gradus.lab.doctor.faults import CONTROLS, FAULTS, OF_NETWORK
from gradus.lab.doctor.trials import examine

COUNT = 60
SEEDS = int(os.environ.get("GRADUS_DOCTOR", "0"))  # the long run: so many seeds of all three networks


def made(
    loss: Callable[[float], float] = lambda t: 2.3 * 0.01**t,
    *,
    setup: Setup | None = None,
    measured: tuple[dict[str, float], ...] = (),
    recall: tuple[float, ...] = (),
    **changed: Callable[[float], dict[str, float]],
) -> Log:
    """Return a log of a healthy training with some things changed; functions are of time from 0 to 1."""
    usual: dict[str, Callable[[float], dict[str, float]]] = {
        "gradient": lambda t: {"1.dense": 0.01, "3.dense": 0.01},
        "weight": lambda t: {"1.dense": 0.1, "3.dense": 0.1},
        "update": lambda t: {"1.dense": 0.001, "3.dense": 0.001},
        "activation": lambda t: {"1.dense": 1.0, "2.relu": 0.7, "3.dense": 1.0},
        "dead": lambda t: {"1.dense": 0.0, "2.relu": 0.1, "3.dense": 0.0},
        "spread": lambda t: {"1.dense": 0.9, "2.relu": 0.5, "3.dense": 0.9},
    }
    times = [number / (COUNT - 1) for number in range(COUNT)]
    steps = tuple(
        Step(step=n, loss=loss(t), **{name: value(t) for name, value in (usual | changed).items()})
        for n, t in enumerate(times)
    )
    rows = tuple(
        Measurement(step=(n + 1) * 10, values=row, recall=recall if row is measured[-1] else ())
        for n, row in enumerate(measured)
    )
    return Log(setup or Setup(batch=32, classes=(50, 50)), steps, rows)


def flat(t: float) -> float:
    return 0.7 + 0.01 * math.sin(40 * t)


def falling(t: float) -> float:
    return 2.3 * math.exp(-4.6 * t)


def per(**sizes: float) -> Callable[[float], dict[str, float]]:
    found = {f"{name[1:]}.{'relu' if name == '_2' else 'dense'}": size for name, size in sizes.items()}
    return lambda t: found


CASES: dict[str, tuple[str, Log]] = {
    "zeros": ("zero initialisation", made(flat, weight=per(_1=0.0, _3=0.0), gradient=per(_1=0.0, _3=0.0))),
    "alike": ("symmetric initialisation", made(flat, spread=per(_1=1e-8, _2=1e-8, _3=0.5))),
    "dead": ("dead units", made(flat, dead=per(_1=0.0, _2=1.0, _3=0.0))),
    "explosion": ("exploding gradients", made(flat, gradient=per(_1=30.0, _3=5.0))),
    "vanishing": ("vanishing gradients", made(flat, gradient=per(_1=1e-7, _3=0.01))),
    "faint": ("vanishing gradients", made(flat, activation=per(_1=1e-2, _2=1e-4, _3=1e-6))),
    "slow": ("rate too low", made(flat, update=per(_1=1e-6, _3=1e-6))),
    "slow, no updates recorded": ("rate too low", made(flat, update=lambda t: {})),
    "slow, nothing but losses": (
        "rate too low",
        Log(Setup(), tuple(Step(step=n, loss=2 - n / 400) for n in range(90))),
    ),
    "overwritten": ("rate too high", made(flat, update=lambda t: {"1.dense": 0.02 if t < 0.2 else 0.001})),
    "leaps": ("rate too high", made(flat, update=per(_1=0.05, _3=0.2))),
    "infinite": ("rate too high", made(lambda t: math.nan if t > 0.5 else 2.0)),
    "thrown up": ("rate too high", made(lambda t: 0.7 if t < 0.1 else 50.0)),
    "withered": ("regularisation too strong", made(flat, weight=lambda t: {"1.dense": 0.1 * 0.01**t})),
    "guessed": (
        "labels unrelated to inputs",
        made(falling, measured=({"train_accuracy": 1.0, "validation_accuracy": 0.5},)),
    ),
    "gap": (
        "overfitting (high variance)",
        made(falling, measured=({"train_accuracy": 1.0, "validation_accuracy": 0.8},)),
    ),
    "losses apart": ("overfitting (high variance)", made(falling, measured=(
        {"train_loss": 0.5, "test_loss": 0.6}, {"train_loss": 0.1, "test_loss": 0.7}))),
    "rare missed": (
        "class imbalance",
        made(falling, setup=Setup(classes=(95, 5)), recall=(1.0, 0.2), measured=(
            {"train_accuracy": 0.96, "validation_accuracy": 0.955},)),
    ),
    "two in a batch": (
        "batch too small for batch norm",
        made(falling, setup=Setup(batch=2, samples={"2.norm": 2}), measured=({"train_loss": 1.5},)),
    ),
    "too late": ("stopped too late", made(falling, measured=tuple(
        {"train_accuracy": 0.9, "test_accuracy": 0.89, "test_loss": loss} for loss in (1.0, 0.3, 0.8)))),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_named_first_with_figures_and_a_remedy(case: str) -> None:
    name, log = CASES[case]
    findings = diagnose(log)
    assert findings, case
    assert findings[0].name == name
    assert findings[0].remedy
    assert any(character.isdigit() for character in " ".join(findings[0].evidence))


def test_a_sigmoid_on_large_scores_is_saturated() -> None:
    sizes = {"1.dense": 1.0, "2.relu": 0.7, "3.dense": 80.0, "4.act": 0.7}
    setup = Setup(classes=(50, 50), kinds={"4.act": "sigmoid"})
    log = made(flat, setup=setup, activation=lambda t: sizes)
    assert diagnose(log)[0].name == "saturated outputs"
    assert diagnose(made(falling, setup=setup, activation=lambda t: sizes)) == ()  # large scores that are right


@pytest.mark.parametrize("setup", [Setup(), Setup(batch=32, classes=(50, 50), held=100), Setup(classes=(95, 5))])
def test_a_healthy_training_has_no_diagnosis(setup: Setup) -> None:
    rows = ({"train_accuracy": 0.99, "validation_accuracy": 0.97, "train_loss": 0.05, "validation_loss": 0.1},)
    assert diagnose(made(setup=setup, measured=rows, recall=(0.97, 0.95))) == ()


def test_one_high_loss_at_the_end_is_no_stopping_point() -> None:
    def log(*losses: float) -> Log:
        return made(falling, measured=tuple({"test_accuracy": 0.89, "test_loss": loss} for loss in losses))

    assert diagnose(log(1.0, 0.3, 0.3, 0.31, 0.8)) == ()
    assert [one.name for one in diagnose(log(1.0, 0.3, 0.5, 0.7, 0.8))] == ["stopped too late"]


def test_a_last_layer_of_zeros_alone_is_healthy() -> None:
    assert diagnose(made(weight=per(_1=0.1, _3=0.0))) == ()


def test_units_that_get_nothing_are_not_called_symmetric() -> None:
    sizes = {"1.dense": 9.0, "2.relu": 0.0, "3.dense": 9.0, "4.relu": 0.0, "5.dense": 1.0}
    names = ("1.dense", "3.dense", "5.dense")
    log = made(
        flat,
        gradient=lambda t: dict.fromkeys(names, 0.0),
        weight=lambda t: dict.fromkeys(names, 0.1),
        activation=lambda t: sizes,
        dead=lambda t: {"2.relu": 1.0, "4.relu": 1.0},
        spread=lambda t: {"1.dense": 0.1, "3.dense": 0.0, "5.dense": 0.0},
    )
    assert diagnose(log)[0].name == "dead units"


@pytest.mark.parametrize("find", DIAGNOSES, ids=lambda find: find.__name__)
@pytest.mark.parametrize("case", CASES)
def test_diagnoses_bear_logs_with_holes(find: Callable[[Log], Any], case: str) -> None:
    log = CASES[case][1]
    nothing = tuple(Step(step=one.step, loss=one.loss) for one in log.steps)
    unknown = tuple(replace(one, loss=math.nan, gradient={"9": math.nan}, update={"8": math.nan}) for one in log.steps)
    for steps in (nothing, unknown, log.steps[:1], ()):
        for rows in (log.measurements, ()):
            find(Log(log.setup, steps, rows))
            find(Log(Setup(), steps, rows))


@pytest.mark.parametrize("network", OF_NETWORK if SEEDS else ["mlp"])
def test_injected_faults_are_named_first_and_healthy_runs_not_at_all(network: str) -> None:
    seeds = range(SEEDS or 2)
    for fault in (*CONTROLS, *OF_NETWORK[network]):
        wanted = "" if fault in CONTROLS else FAULTS[fault][0]
        firsts = [names[0] if names else "" for names in examine(network, fault, seeds)]
        least = 0.95 if fault in CONTROLS else 0.9
        assert sum(name == wanted for name in firsts) >= least * len(seeds), (fault, firsts)


def test_each_network_has_at_least_ten_faults() -> None:
    assert all(len(set(faults)) >= 10 for faults in OF_NETWORK.values())
    assert {fault for faults in OF_NETWORK.values() for fault in faults} == set(FAULTS)
