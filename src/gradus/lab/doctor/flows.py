"""Illnesses of gradients and steps: explosion, vanishing, rates, penalties."""

from __future__ import annotations

import math

from gradus.lab.doctor.finding import CERTAIN, LIKELY, POSSIBLE, Finding, fall, listed
from gradus.lab.doctor.log import Log, Numbers
from gradus.lab.doctor.recurring import EXPLODED, faded
from gradus.lab.doctor.starts import FLAT

VANISHED = 1e-3
"""Gradient over weight of a layer: ten times below what is usual,"""
BELOW = 0.01  # and a hundred times below the layer with the largest, unless
FAINT = 1e-3  # what enters the output layer is that small, where inputs are about 1
SPIKE = 5.0
"""A loss so many times that of guessing has been thrown there by a step."""
LEAP = 0.3
"""Update over weight in one step; 0.001 to 0.01 is usual."""
KEPT = 0.7  # of the size of the weights: less is the work of a penalty
TRAVELLED = 0.1
"""Sum of updates over weight in a whole training: below, weights have hardly moved."""
DRIFT = 0.01  # change of the weights' size that says that they stay where they are
SHRUNK = 0.6


def exploding_gradients(log: Log) -> Finding | None:
    """Return a finding where gradients are huge before any step was taken, and nothing is learned."""
    ratios = _ratios(log.first("gradient"), log.first("weight"))
    found = {p: ratio for p, ratio in ratios.items() if ratio >= EXPLODED}
    overflown = [p for p, value in log.first("gradient").items() if not math.isfinite(value)]
    if not (found or overflown) or not log.learned < FLAT:
        return None
    told = f"gradient over weight at the first step, before any update: {listed(found)}; usual is 0.01 to 0.3"
    growth = {p: a for p, a in log.first("activation").items() if p in log.weighted}
    return Finding(
        "exploding gradients",
        (told if found else f"gradients are not finite at the first step: {', '.join(overflown)}",
         f"activations through the layers: {listed(growth, 8)}"),
        "use He or Glorot weights without a gain, norm layers or residual connections; clip the norm of the gradient",
        CERTAIN,
        tuple(found) or tuple(overflown),
    )  # fmt: skip


def vanishing_gradients(log: Log) -> Finding | None:
    """Return a finding where layers far from the output get next to no gradient from the beginning."""
    ratios = _ratios(log.first("gradient"), log.first("weight"))
    top = max(ratios.values(), default=0.0)
    found = {p: r for p, r in ratios.items() if p in log.hidden and r < min(VANISHED, BELOW * top)}
    entering = log.entering
    faint = entering is not None and entering < FAINT
    through_time = faded(log)
    if not (found or faint or through_time) or not log.learned < FLAT:
        return None
    evidence = [f"gradient over weight at the first step: {listed(ratios, 8)}; usual is 0.01 to 0.3"]
    if faint:
        evidence.append(
            f"what enters the output layer has a root mean square of {entering:.3g}: signals vanish forwards"
        )
    for place, (first, most) in through_time.items():
        evidence.append(
            f"gradient by time step of {place}: {first:.3g} in the first quarter, {most:.3g} at its largest"
        )
    remedy = (
        "use ReLU with He weights in place of sigmoid or tanh, norm layers or residual connections, or fewer layers"
    )
    gated = "; through time: gates (LSTM, GRU), orthogonal recurrent weights, clipping, or shorter sequences"
    return Finding(
        "vanishing gradients",
        (*evidence, fall(log.start, log.end)),
        remedy + gated * bool(through_time),
        LIKELY,
        tuple(found) or tuple(through_time) or log.hidden,
    )


def rate_too_high(log: Log) -> Finding | None:
    """Return a finding where steps throw the loss up, or leap over what they should descend into."""
    evidence = []
    bad = [number for number, loss in enumerate(log.losses, start=1) if not math.isfinite(loss)]
    if bad:
        evidence.append(f"the loss is not finite from record {bad[0]} on")
    begin = log.losses[0] if log.losses else math.nan
    finite = [loss for loss in log.losses if math.isfinite(loss)]
    level = max(begin, log.start)
    if finite and level > 0 and max(finite) > SPIKE * level and log.learned < FLAT:
        evidence.append(f"the loss rose from {level:.4g} to {max(finite):.4g}")
    for name, when in (("first", log.early), ("last", log.late)):
        sizes = {
            p: max(size, log.first("weight")[p]) for p, size in when("weight").items()
        }  # withered ones leap easily
        leaps = _ratios(when("update"), sizes)
        far = {p: ratio for p, ratio in leaps.items() if ratio >= LEAP}
        if far and log.learned < FLAT:
            evidence.append(
                f"update over weight in the {name} tenth of the steps: {listed(far)}; usual is 0.001 to 0.01"
            )
    begun = _begun(log)
    if begun and log.learned < FLAT:
        evidence.append(
            f"updates of the first ten steps together, over the weights: {listed(begun)}; they kept nothing"
        )
    if not evidence:
        return None
    strength = CERTAIN if bad or len(evidence) > 1 else LIKELY
    remedy = "divide the rate by 10 until the loss falls smoothly; warm it up; clip the norm of the gradient"
    return Finding("rate too high", (*evidence, fall(log.start, log.end)), remedy, strength)


def _begun(log: Log) -> dict[str, float]:
    """Return the layers whose initial weights the first ten steps overwrote, but did not shrink as penalties do."""
    found = {}
    for place, first in log.first("weight").items():
        moves = [move for move in log.series("update", place)[:10] if math.isfinite(move)]
        after = [size for size in log.series("weight", place)[:11] if math.isfinite(size)]
        if first > 0 and sum(moves) >= first and after[-1] > KEPT * first:
            found[place] = sum(moves) / first
    return found


def rate_too_low(log: Log) -> Finding | None:
    """Return a finding where gradients are there, but the weights hardly move."""
    if not log.learned < FLAT:
        return None
    travelled = {}
    for place, weight in log.first("weight").items():
        moves = [move for move in log.series("update", place) if math.isfinite(move)]
        if weight > 0 and moves:
            travelled[place] = sum(moves) / weight
    if travelled and max(travelled.values()) < TRAVELLED:
        return Finding(
            "rate too low",
            (f"all updates together, over the weights: {listed(travelled)}", fall(log.start, log.end)),
            "multiply the rate by 10 until the loss falls fast or turns unstable, then take a third of it",
            LIKELY,
        )
    return None if travelled else _still(log) or _steady(log)


def _still(log: Log) -> Finding | None:
    """Return a finding, without updates to go by, where the size of all weights is the same at the end."""
    first, last = log.first("weight"), log.late("weight")
    drift = {p: abs(last[p] / first[p] - 1) for p in last if first[p] > 0}
    if (
        not drift
        or len(drift) < len(last)
        or max(drift.values()) > DRIFT
        or (log.first("gradient") and not any(size > 0 for size in log.first("gradient").values()))
    ):
        return None
    return Finding(
        "rate too low",
        (f"the size of the weights changed by these shares: {listed(drift)}", fall(log.start, log.end)),
        "multiply the rate by 10 until the loss falls fast or turns unstable; record updates to be surer",
        POSSIBLE,
    )


def _steady(log: Log) -> Finding | None:
    """Return a finding, without updates to go by, where the loss falls as slowly at the end as at the beginning."""
    losses, third = log.losses, len(log.losses) // 3
    if third < 5 or not all(map(math.isfinite, losses)):
        return None
    parts = [sum(losses[i * third : (i + 1) * third]) / third for i in range(3)]
    falls = parts[0] - parts[1], parts[1] - parts[2]
    if not (falls[0] > 0 and falls[1] > 0.6 * falls[0] and log.learned > 0):
        return None
    told = f"the mean loss of each third of the training: {', '.join(f'{part:.4g}' for part in parts)}, still falling"
    return Finding("rate too low", (told,), "multiply the rate by 3 to 10, or train for longer", POSSIBLE)


def strong_regularisation(log: Log) -> Finding | None:
    """Return a finding where the penalty, not the data, decides about the weights: all of them wither."""
    first, last = log.first("weight"), log.late("weight")
    kept = {p: last[p] / first[p] for p in first if first[p] > 0 and p in last}
    if not kept or max(kept.values()) > SHRUNK or not log.learned < FLAT:
        return None
    return Finding(
        "regularisation too strong",
        (f"share of the weights' size that is left at the end: {listed(kept)}", fall(log.start, log.end)),
        "divide the strength of the penalty or weight decay by 10 until the training loss falls",
        LIKELY,
        tuple(kept),
    )


def _ratios(over: Numbers, under: Numbers) -> dict[str, float]:
    """Return quotients by place, where there is something to divide by."""
    return {place: over[place] / size for place, size in under.items() if place in over and size > 0}
