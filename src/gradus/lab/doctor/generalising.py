"""Illnesses that only data shows: what is held out, classes, batches."""

from __future__ import annotations

import math
from statistics import fmean

from gradus.lab.doctor.finding import LIKELY, POSSIBLE, Finding, fall, listed
from gradus.lab.doctor.judging import repaired
from gradus.lab.doctor.log import Log

UNEVEN = 4.0
"""The most frequent class against a rare one."""
MISSED = 0.2  # recall lost between frequent and rare classes
FEW = 4
"""Numbers that batch norm takes a mean over: the standard deviation of four is off by 40 %, of two by 75 %."""
APART = 1.5  # loss in training mode against loss in evaluation mode, either way
GAP = 0.1
"""Accuracy in training less accuracy held out."""
WORSE = 1.25
"""Loss held out at the end, over its lowest."""
MATTERS = 0.1  # and at least this share of the loss to start from
GUESSING = 0.05  # accuracy above chance that still counts as guessing, where the held-out number is unknown


ADVICE = (
    "weight the loss or sample the classes evenly, then correct the scores for the shares of the classes; find more "
    "examples of the rare ones; report recall of each class, not accuracy"
)
RECORD = "; of two classes record scores, so that a wrong threshold can be told from this"


def class_imbalance(log: Log) -> Finding | None:
    """Return a finding where classes are uneven, the rare ones are missed, and no threshold alone repairs it."""
    if repaired(log):
        return None
    counts = log.setup.classes
    rare = [label for label, count in enumerate(counts) if 0 < count * UNEVEN <= max(counts)]
    recall = log.recall
    if not rare or len(recall) != len(counts):
        return None
    known = [recall[label] for label in rare if math.isfinite(recall[label])]
    most = recall[counts.index(max(counts))]
    if not known or not most - fmean(known) >= MISSED:
        return None
    shown = ", ".join(f"{label}: {counts[label]}" for label in rare[:4])
    return Finding(
        "class imbalance",
        (f"examples of rare classes ({shown}) against {max(counts)} of class {counts.index(max(counts))}",
         f"recall held out: {fmean(known):.2f} in the mean of the rare classes, {most:.2f} of the most frequent"),
        ADVICE + ("" if log.scores else RECORD),
        LIKELY,
    )  # fmt: skip


def small_batch(log: Log) -> Finding | None:
    """Return a finding where batch norm has too few numbers for its means, and both modes differ."""
    found = {place: float(count) for place, count in log.setup.samples.items() if count <= FEW}
    if not found:
        return None
    evidence = [f"each mean of batch norm is over so many numbers: {listed(found)}"]
    measured = log.measured("train_loss")
    quotient = log.end / measured[-1] if measured and measured[-1] > 0 else 1.0
    apart = not 1 / APART <= quotient <= APART
    if apart:
        evidence.append(
            f"training loss {log.end:.4g} with the batch's statistics, {measured[-1]:.4g} with running ones"
        )
    if not apart and not log.learned < 0.5:
        return None
    remedy = "use batches of at least 16, or layer or group norm, which do not depend on the batch"
    return Finding(
        "batch too small for batch norm", (*evidence, fall(log.start, log.end)), remedy, LIKELY, tuple(found)
    )


def unrelated_labels(log: Log) -> Finding | None:
    """Return a finding where held-out data is guessed, though gradients and steps were healthy."""
    chance, held = log.setup.chance_accuracy, log.measured(f"{log.held}_accuracy")
    recall = [value for value in log.recall if math.isfinite(value)]
    name, found = "accuracy", held[-1] if held else math.nan
    if len(recall) > 1:  # where classes are uneven, accuracy near that of the largest class says little
        name, found, chance = "recall in the mean of all classes", fmean(recall), 1 / len(recall)
    if chance is None or not math.isfinite(found):
        return _unexplained(log)
    count = log.setup.held
    margin = min(GUESSING, (1 - chance) / 4) if count is None else 3 * math.sqrt(chance * (1 - chance) / count)
    if found > chance + margin:
        return None
    train = log.measured("train_accuracy")
    evidence = [f"{name} held out is {found:.3f}; guessing gives {chance:.3f} ± {margin:.3f}"]
    if train:
        evidence.append(f"accuracy in training is {train[-1]:.3f}: what is learned is by heart")
    return Finding("labels unrelated to inputs", tuple(evidence), LOOK, LIKELY)


LOOK = "look at twenty examples with their labels: are inputs and labels shuffled together, read in one order, aligned?"


def _unexplained(log: Log) -> Finding | None:
    """Return a finding, without held-out data, where weights travelled far and the loss stayed at guessing."""
    weight = log.first("weight")
    travelled = {p: sum(filter(math.isfinite, log.series("update", p))) / weight[p] for p in weight if weight[p] > 0}
    if not travelled or min(travelled.values()) < 1 or log.learned > 0.02:
        return None
    told = f"all updates together, over the weights: {listed(travelled)}"
    return Finding("labels unrelated to inputs", (fall(log.start, log.end), told), LOOK, POSSIBLE)


def overfitting(log: Log) -> Finding | None:
    """Return a finding where training data is known much better than held-out data."""
    if not log.held:
        return None
    train, held = log.measured("train_accuracy"), log.measured(f"{log.held}_accuracy")
    remedy = "more data or augmentation, weight decay, dropout, a smaller network, or stopping early"
    if train and held:
        if train[-1] - held[-1] < GAP:
            return None
        told = f"accuracy {train[-1]:.3f} in training, {held[-1]:.3f} held out"
        return Finding("overfitting (high variance)", (told, *_rise(log)), remedy, LIKELY)
    train, held = log.measured("train_loss"), log.measured(f"{log.held}_loss")
    if not (train and held) or held[-1] < 2 * train[-1] or held[-1] < (1 + GAP) * min(held):
        return None
    told = f"loss {train[-1]:.4g} in training, {held[-1]:.4g} held out"
    return Finding("overfitting (high variance)", (told, *_rise(log)), remedy, LIKELY)


def stopping_point(log: Log) -> Finding | None:
    """Return a finding where held-out loss has been lower for long: when to have stopped."""
    rise = _rise(log)
    if not rise:
        return None
    remedy = "stop early with some patience and keep the parameters of the best measurement"
    return Finding("stopped too late", rise, remedy, POSSIBLE)


def _rise(log: Log) -> tuple[str, ...]:
    rows = [(one.values[f"{log.held}_loss"], one.step) for one in log.measurements if f"{log.held}_loss" in one.values]
    rows = [row for row in rows if math.isfinite(row[0])]
    end = min(rows[-2 if len(rows) > 3 else -1 :])[0] if rows else 0.0  # one high loss may be chance
    if not rows or end < WORSE * min(rows)[0] or end - min(rows)[0] < MATTERS * log.start:
        return ()
    best, step = min(rows)
    return (f"loss held out was lowest at step {step} with {best:.4g}; at the end it is {end:.4g}",)
