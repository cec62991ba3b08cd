"""Illnesses of how a network is judged: what is held out leaks into inputs or statistics, or scores are cut wrongly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations

from gradus.lab.doctor.finding import CERTAIN, LIKELY, POSSIBLE, Finding
from gradus.lab.doctor.log import SETS, Log
from gradus.lab.doctor.summaries import Inputs

STANDARD = 1e-3
"""A mean so near 0, in deviations, is there because it was taken off,"""
APART = 20.0  # if that of another choice of sets is so many times farther
MISSES = 0.2  # share of features whose ends lie outside of the training part, though all have the same two
AGAIN = 1e-3  # relative difference of two losses of the same parameters and examples that is not rounding
GAIN = 0.1
"""Balanced accuracy that another threshold gives more,"""
GAIN_F1 = 0.05  # and F1
SURE = 3.0  # standard errors of the gain
GOOD = 0.9  # balanced accuracy at the best threshold: few examples of a class have done no harm


def normalisation_leakage(log: Log) -> Finding | None:
    """Return a finding where what is held out has a part in normalising: of the inputs, or by batch norm."""
    return _leaked_inputs(log) or _judged_in_training_mode(log)


def _leaked_inputs(log: Log) -> Finding | None:
    parts = {part: log.inputs[part] for part in SETS if part in log.inputs}
    train = parts.get("train")
    held = [one for part, one in parts.items() if part != "train"]
    by_themselves = any(one.own < STANDARD for one in parts.values())  # each example's mean is 0: nothing is shared
    if train is None or not held or by_themselves:
        return None
    told = _of_the_whole(parts) or _of_their_own(parts)
    if told:
        return Finding("normalisation leakage", told, STATISTICS, CERTAIN)
    told = _ranges(parts)
    return Finding("normalisation leakage", told, STATISTICS, POSSIBLE) if told else None


STATISTICS = (
    "split first; then fit mean and deviation (or least and largest) on the training part alone, and apply those to "
    "every part; the held-out figures so far are too good or too bad"
)


def _of_the_whole(parts: Mapping[str, Inputs]) -> tuple[str, ...]:
    """Return evidence that means over several parts together were taken off."""
    own = _off_centre([parts["train"]])
    held = [part for part in parts if part != "train"]
    for size in range(len(held), 0, -1):
        for chosen in combinations(held, size):
            together = _off_centre([parts["train"], *(parts[part] for part in chosen)])
            if together < STANDARD and own > APART * together:
                names = " and ".join(("training", *chosen))
                told = f"{_shown(together)} over {names} sets together, {own:.2g} over the training part alone"
                return (f"means of the inputs, in deviations: {told}: they were taken off before splitting",)
    return ()


def _of_their_own(parts: Mapping[str, Inputs]) -> tuple[str, ...]:
    """Return evidence that each part was normalised by its own statistics."""
    own = {part: _off_centre([one]) for part, one in parts.items()}
    for part, one in parts.items():
        expected = math.sqrt(1 / one.count + 1 / parts["train"].count)  # of two samples' means, in deviations
        if part != "train" and max(own["train"], own[part]) < min(STANDARD, expected / APART):
            told = f"{_shown(own['train'])} over the training part and {_shown(own[part])} over the {part} set"
            expected_told = f"where {expected:.2g} is to be expected: it was normalised by statistics of its own"
            return (f"means of the inputs, in deviations: {told}, {expected_told}",)
    return ()


def _ranges(parts: Mapping[str, Inputs]) -> tuple[str, ...]:
    """Return evidence that the ends of all features over all parts were set to the same two numbers."""
    train = parts["train"]
    lows = [min(ends) for ends in zip(*(one.low for one in parts.values()), strict=True)]
    highs = [max(ends) for ends in zip(*(one.high for one in parts.values()), strict=True)]
    varied = [number for number, (low, high) in enumerate(zip(lows, highs, strict=True)) if high > low]
    if len(varied) < 5:
        return ()
    near = 1e-5 * (highs[varied[0]] - lows[varied[0]])

    def same(one: float, other: float) -> bool:
        return bool(abs(one - other) <= near)

    if not all(same(lows[n], lows[varied[0]]) and same(highs[n], highs[varied[0]]) for n in varied):
        return ()
    missed = [n for n in varied if not (same(train.low[n], lows[n]) and same(train.high[n], highs[n]))]
    if len(missed) < MISSES * len(varied):
        return ()
    told = (
        f"all {len(varied)} features reach from {lows[varied[0]]:.3g} to {highs[varied[0]]:.3g} over all sets together"
    )
    return (f"{told}, {len(missed)} of them not in the training part: ends were taken before splitting",)


def _off_centre(parts: list[Inputs]) -> float:
    """Return how far means are from 0, in deviations: over features, or over all numbers if that is less."""
    total = sum(one.count for one in parts)
    means, squares = [], []
    for number in range(len(parts[0].mean)):
        mean = sum(one.count * one.mean[number] for one in parts) / total
        square = sum(one.count * (one.deviation[number] ** 2 + one.mean[number] ** 2) for one in parts) / total
        if square > mean**2 and math.isfinite(square):  # constant features say nothing
            means.append(mean)
            squares.append(square)
    if not means:
        return math.inf
    size = math.sqrt(sum(squares) / len(squares))
    each = math.sqrt(sum(mean**2 for mean in means) / len(means))
    return min(each, abs(sum(means)) / len(means)) / size


def _shown(value: float) -> str:
    return "0 but for rounding" if value < 1e-5 else f"{value:.2g}"


def _judged_in_training_mode(log: Log) -> Finding | None:
    for part in SETS:
        rows = [one.values for one in log.measurements if {f"{part}_loss", f"{part}_loss_again"} <= set(one.values)]
        if not rows:
            continue
        one, other = rows[-1][f"{part}_loss"], rows[-1][f"{part}_loss_again"]
        if not abs(one - other) > AGAIN * max(abs(one), abs(other)):
            continue
        norms = [place for place in log.places if log.setup.kind(place) == "batchnorm"] or list(log.setup.samples)
        told = [f"{part} loss of the same parameters and examples: {one:.4g}, and {other:.4g} in other batches"]
        told.append("each example is judged by what shares its batch, or by chance")
        if norms:
            told.append(f"layers of batch norm: {', '.join(norms[:4])}")
        name = "normalisation leakage" if norms else "evaluation in training mode"
        remedy = "evaluate with running statistics and without dropout: model.eval() or training=False"
        return Finding(name, tuple(told), remedy, CERTAIN)
    return None


def wrong_threshold(log: Log) -> Finding | None:
    """Return a finding where scores tell two classes apart, and another threshold would do it much better."""
    scores = log.scores
    if scores is None:
        return None
    used, best, best_f1 = scores.threshold, scores.best("balanced"), scores.best("f1")
    gain, gain_f1 = scores.balanced(best) - scores.balanced(used), scores.f1(best_f1) - scores.f1(used)
    error = 0.5 * math.sqrt(0.25 / scores.positives + 0.25 / scores.negatives)
    if not (gain >= max(GAIN, SURE * error) and gain_f1 >= GAIN_F1):
        return None
    share = f"{scores.positives} positive of {scores.positives + scores.negatives} examples"
    here = f"{scores.balanced(used):.3f} at the threshold in use, {used:.4g}"
    evidence = (
        f"balanced accuracy held out: {here}; {scores.balanced(best):.3f} at {best:.4g}",
        f"F1 there {scores.f1(used):.3f}; {scores.f1(best_f1):.3f} at {best_f1:.4g}",
        f"recall of the positive class there {scores.recall(used):.3f}; {scores.recall(best):.3f} at {best:.4g}",
        share,
    )
    remedy = (
        f"move the threshold to {best:.4g} for balanced accuracy, {best_f1:.4g} for F1, or to what your costs say; "
        "choose it on validation data, report on other; the network need not be trained again"
    )
    return Finding("wrong threshold", evidence, remedy, LIKELY)


def repaired(log: Log) -> bool:
    """Return whether another threshold alone makes good: what it gains is worth naming, and what it reaches is high."""
    scores = log.scores
    return scores is not None and wrong_threshold(log) is not None and scores.balanced(scores.best("balanced")) >= GOOD
