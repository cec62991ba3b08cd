"""One training, by the laboratory, by a PyTorch loop (if installed) and by scikit-learn, in one run.

The digits of scikit-learn, 1437 of them to train on; 64-64-10 with ReLU, 20 epochs, batches of 32, rate 0.1, momentum
0.9. Networks per second of the clock, and per second of one core (processor time of all threads), after one run to warm
up; the rounds of the three are taken in turns. Compiling is shown by itself: it is paid once, then kept on disk.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradus.lab.data import Split, digits, flattened, split
from gradus.lab.statistics import mean
from gradus.lab.training import Settings, train

ROUNDS = int(os.environ.get("GRADUS_ROUNDS", "3"))
RUNS = 64
SETTINGS = Settings(epochs=20, batch=32, rate=0.1, momentum=0.9, measure_every=20)
Contender = Callable[[list[int]], list[float]]
"""From seeds to the test accuracies of as many networks."""


@dataclass
class Times:
    """What a contender took: seconds of the clock and of processors for each network, and its accuracies."""

    clock: float = np.inf
    core: float = np.inf
    accuracies: tuple[float, ...] = ()


def by_laboratory(data: Split) -> Contender:
    """Return our way: all seeds in one call."""

    def run(seeds: list[int]) -> list[float]:
        runs = train("dense 64 > relu > dense 10", data, SETTINGS, seeds)
        assert not runs.diverged.any()
        return [float(value) for value in runs.final("test_accuracy")[0, 0]]

    return run


def by_scikit_learn(data: Split) -> Contender:
    """Return scikit-learn's way: one network after another."""
    from sklearn.neural_network import MLPClassifier

    def one(seed: int) -> float:
        learner = MLPClassifier(
            64, solver="sgd", alpha=0, batch_size=32, learning_rate_init=0.1, momentum=0.9, nesterovs_momentum=False,
            max_iter=20, tol=0, n_iter_no_change=100, random_state=seed,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that 20 epochs are not the end
            learner.fit(data.train.inputs, data.train.targets)
        assert data.test is not None
        return float(learner.score(data.test.inputs, data.test.targets))

    return lambda seeds: [one(seed) for seed in seeds]


def by_torch(data: Split) -> Contender | None:
    """Return PyTorch's eager loop, on tensors that lie ready; nothing where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)  # for products as small as these, more threads are slower
    assert data.test is not None
    inputs, targets = torch.from_numpy(data.train.inputs), torch.from_numpy(data.train.targets).long()
    held, truth = torch.from_numpy(data.test.inputs), torch.from_numpy(data.test.targets).long()

    def one(seed: int) -> float:
        torch.manual_seed(seed)
        network = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
        optimiser = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
        loss = torch.nn.CrossEntropyLoss()
        for _ in range(20):
            order = torch.randperm(len(inputs))
            for first in range(0, len(inputs) - 31, 32):
                rows = order[first : first + 32]
                optimiser.zero_grad()
                loss(network(inputs[rows]), targets[rows]).backward()
                optimiser.step()
        with torch.inference_mode():
            return float((network(held).argmax(dim=1) == truth).float().mean())

    return lambda seeds: [one(seed) for seed in seeds]


def timed(contender: Contender, seeds: list[int], times: Times) -> None:
    """Run once and keep the better times."""
    clock, core = time.perf_counter(), time.process_time()
    accuracies = contender(seeds)
    times.clock = min(times.clock, (time.perf_counter() - clock) / len(seeds))
    times.core = min(times.core, (time.process_time() - core) / len(seeds))
    times.accuracies = tuple(accuracies)


def main() -> None:
    """Print the comparison."""
    whole = flattened(digits())
    data = split(whole, 1437, seed=0)
    chosen: dict[str, tuple[Contender | None, int]] = {
        "laboratory": (by_laboratory(data), RUNS),
        "PyTorch, eager": (by_torch(data), 4),
        "scikit-learn": (by_scikit_learn(data), 4),
    }
    contenders: dict[str, tuple[Any, int]] = {name: pair for name, pair in chosen.items() if pair[0] is not None}
    times = {name: Times() for name in contenders}
    started = time.perf_counter()
    contenders["laboratory"][0](list(range(RUNS)))
    print(f"first call of the laboratory, with compiling or loading: {time.perf_counter() - started:.1f} s")
    for _ in range(ROUNDS):
        for name, (contender, count) in contenders.items():
            timed(contender, list(range(count)), times[name])
    ours = times["laboratory"]
    print("| way | networks a second | networks a second and core | ours, per core | test accuracy |")
    print("|---|---|---|---|---|")
    for name, found in times.items():
        ratio = found.core / ours.core
        print(f"| {name} | {1 / found.clock:.1f} | {1 / found.core:.1f} | {ratio:.1f} × | {mean(found.accuracies)} |")
