"""Sparse networks: proximal training and subgradients, a path and single networks, pruning, predictions.

The digits of scikit-learn, 1000 to train on, 300 to choose by, the rest to test; 64-64-10 with ReLU; momentum 0.9, rate
0.1 falling by a cosine, batches of 32, 100 epochs, where said 20 more without penalty in which zeros stay zeros. Every
sparse network is paired with the one of strength 0 on the same split and seed; splits overlap, so that intervals are
rather too narrow. Times are the best of some rounds taken in turns, after one round to compile or load.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from gradus.lab import statistics
from gradus.lab.data import Split, correlated_features, diabetes, digits, flattened, split
from gradus.lab.sparse import (
    Path,
    curvatures,
    elastic_net,
    path,
    predicted,
    pruned,
    stability,
    trained,
)
from gradus.lab.training import Schedule, Settings

ROUNDS = int(os.environ.get("GRADUS_ROUNDS", "3"))
SPLITS = 16
NETWORK = "dense 64 > relu > dense 10"
WAY = Settings(
    rate=0.1, epochs=100, measure_every=100, batch=32, schedule=Schedule(kind="cosine"), l1_method="proximal"
)
CHOICE = (0.0, *(float(strength) for strength in np.geomspace(3e-4, 3e-3, 11)))
ALONG = tuple(float(strength) for strength in np.geomspace(3e-4, 3e-3, 50))
WARM = 100


def halves() -> list[Split]:
    """Return the splits."""
    whole = flattened(digits())
    return [split(whole, 1000, 300, seed=seed) for seed in range(SPLITS)]


def by_method(data: list[Split], method: str, refit: int = 0) -> list[Path]:
    """Return one path for each split, every network trained from the beginning."""
    way = replace(WAY, l1_method=method)
    return [path(NETWORK, one, way, CHOICE, seed=seed, refit=refit) for seed, one in enumerate(data)]


def chosen(found: Path) -> int:
    """Return the number of the sparsest network that loses at most one point on the validation set."""
    return found.strengths.index(found.sparsest(float(found.final("validation_accuracy")[0])))


def show_zeros(data: list[Split]) -> None:
    """Print zeros and the accuracy lost, for fixed strengths and for those chosen by the validation sets."""
    print("| method | strength | exact zeros | test accuracy | points lost against strength 0 |\n|---|---|---|---|---|")
    for name, method, refit in (("proximal", "proximal", 0), ("proximal, refitted", "proximal", 20)):
        paths = by_method(data, method, refit)
        for number in range(6, len(CHOICE)):
            show_zero(name, f"{CHOICE[number]:.5f}", paths, [number] * SPLITS)
        show_zero(name, "by validation", paths, [chosen(found) for found in paths])
    paths = by_method(data, "subgradient")
    for number in range(6, len(CHOICE)):
        show_zero("subgradient", f"{CHOICE[number]:.5f}", paths, [number] * SPLITS)


def show_zero(method: str, strength: str, paths: list[Path], numbers: list[int]) -> None:
    """Print one row: the networks of these numbers on the paths, each beside the first of its path."""
    zeros = [found.zeros[n] for found, n in zip(paths, numbers, strict=True)]
    after = [found.final("test_accuracy")[n] for found, n in zip(paths, numbers, strict=True)]
    before = [found.final("test_accuracy")[0] for found in paths]
    lost = statistics.paired(100 * np.array(before), 100 * np.array(after))
    print(f"| {method} | {strength} | {statistics.mean(zeros)} | {statistics.mean(after)} | {lost} |")


def ways_of(data: Split) -> dict[str, Callable[[], Path]]:
    """Return what is timed, the single network first, the path from the beginning second."""

    def warm(epochs: int, strength: float) -> Callable[[], Path]:
        way = replace(WAY, epochs=epochs, measure_every=epochs)
        return lambda: path(NETWORK, data, way, ALONG, warm=WARM, warm_strength=strength)

    middle, top = ALONG[25], ALONG[-1]
    return {
        "1, 100 epochs": lambda: path(NETWORK, data, WAY, [middle]),
        "50, 100 epochs each": lambda: path(NETWORK, data, WAY, ALONG),
        **{
            f"50 by neighbours, after {WARM} epochs at {name}, {epochs} epochs each": warm(epochs, strength)
            for epochs in (5, 10)
            for name, strength in (("the largest strength", top), ("a middle one", middle))
        },
    }


def show_path(data: Split) -> None:
    """Print the time of fifty strengths over that of one, and whether they are as good as from the beginning."""
    ways = ways_of(data)
    found = {name: run() for name, run in ways.items()}
    clock, core = (dict.fromkeys(ways, np.inf) for _ in range(2))
    for _ in range(ROUNDS):
        for name, run in ways.items():
            started, busy = time.perf_counter(), time.process_time()
            run()
            clock[name] = min(clock[name], time.perf_counter() - started)
            core[name] = min(core[name], time.process_time() - busy)
    one, cold, *_ = ways
    print("| networks | seconds | × one, clock | × one, processors | objective / cold, mean, most | zeros | accuracy |")
    print("|---|---|---|---|---|---|---|")
    for name, made in found.items():
        times = f"{clock[name]:.2f} | {clock[name] / clock[one]:.1f} | {core[name] / core[one]:.1f}"
        worse = objective(made) / objective(found[cold]) if name != one else np.array([np.nan])
        quality = f"{made.zeros.mean():.3f} | {made.final('test_accuracy').mean():.4f}"
        print(f"| {name} | {times} | {worse.mean():.2f}, {worse.max():.2f} | {quality} |")
    print()


def objective(found: Path) -> Any:
    """Return training loss and penalty for each strength."""
    arrays = [found.runs.parameters[place]["weight"][:, 0, 0] for place in ("1.dense", "3.dense")]
    return found.final("train_loss") + np.array(found.strengths) * sum(np.abs(a).sum(axis=(1, 2)) for a in arrays)


def show_pruned(data: Split) -> None:
    """Print what is left when whole neurons vanish."""
    way = replace(WAY, penalty_factors=(("3.dense", 0.0),))
    found = path(NETWORK, data, way, (0.0, *np.geomspace(1e-3, 1e-2, 8)), penalty="group")
    strength = found.strengths[chosen(found)]
    smaller = pruned(found.model, *found.network(strength))
    assert data.test is not None
    whole = found.runs.outputs(data.test.inputs)[found.strengths.index(strength), 0, 0]
    apart = np.abs(np.asarray(smaller.model.apply(smaller.parameters, smaller.state, data.test.inputs)[0]) - whole)
    counts = f"{smaller.before.parameters} parameters become {smaller.table.parameters}"
    accuracy = [found.final("test_accuracy")[n] for n in (0, found.strengths.index(strength))]
    print(f"groups of neurons, strength {strength:.4f}: {smaller.units['1.dense']} units, {counts},")
    print(f"test accuracy {accuracy[0]:.4f} → {accuracy[1]:.4f}; outputs differ by at most {apart.max():.1e}\n")


def show_predictions(data: Split) -> None:
    """Print how well the quadratic model says which weights vanish."""
    print("| where | strength | zeros predicted | zeros found | agreement | kappa |\n|---|---|---|---|---|---|")
    table = diabetes()
    least = np.linalg.lstsq(
        np.c_[table.inputs, np.ones(len(table))].astype(float), table.targets.astype(float), rcond=None
    )
    weights = {"1.dense": {"weight": least[0][:-1], "bias": least[0][-1]}}
    linear = path("dense 1", table, Settings(loss="squared", batch=None, epochs=1), [0.0]).model
    diagonal = curvatures(linear, weights, {}, table, "squared")
    for strength in (0.01, 0.03, 0.1):
        ours = {"1.dense": {"weight": trained(table, strength).weights[:, None]}}
        row("diabetes, linear", strength, predicted(linear, weights, diagonal, ours, strength))
    small = Split(data.train.taken(slice(0, 300)))
    start = path(NETWORK, small, replace(WAY, batch=100, epochs=1000, measure_every=1000, l2=1e-3), [0.0])
    minimum, state = start.network(0.0)
    bent = curvatures(start.model, minimum, state, small.train, l2=1e-3)
    strengths = (1e-5, 1e-4, 1e-3)
    way = replace(WAY, batch=100, epochs=1000, measure_every=1000, l2=1e-3)
    after = path(NETWORK, small, way, strengths, start=(minimum, state))
    for strength in strengths:
        row("digits, 64-64-10", strength, predicted(start.model, minimum, bent, after.network(strength)[0], strength))


def row(name: str, strength: float, found: Any) -> None:
    """Print one prediction."""
    one, other = found.shares
    print(f"| {name} | {strength:g} | {one:.3f} | {other:.3f} | {found.agreement:.3f} | {found.kappa:.2f} |")


def show_linear() -> None:
    """Print how far proximal training is from scikit-learn, and how stable selections are."""
    apart = [
        np.abs(trained(diabetes(), *s).weights - elastic_net(diabetes(), *s).weights).max()
        for s in ((0.01, 0.0), (0.1, 0.0), (0.1, 0.1))
    ]
    print(f"\nproximal training in float64 and scikit-learn on diabetes: weights differ by at most {max(apart):.1e}\n")
    print(
        "| correlation | feature 1 chosen | feature 2 chosen | exactly one of both | likeness |\n|---|---|---|---|---|"
    )
    for correlation in (0.0, 0.9, 0.99, 0.999):
        data = correlated_features(60, correlation=correlation, relevant=2, irrelevant=6, seed=1)
        found = stability(data, 0.3, resamples=100)
        one, other, *_ = found.frequencies
        print(f"| {correlation} | {one} | {other} | {found.swaps(0, 1):.2f} | {found.likeness:.2f} |")


def main() -> None:
    """Print all comparisons."""
    data = halves()
    show_zeros(data)
    print()
    show_path(data[0])
    show_pruned(data[0])
    show_predictions(data[0])
    show_linear()
