"""Illnesses that are there before the first step: of initial weights and units."""

from __future__ import annotations

from itertools import pairwise

from gradus.lab.doctor.finding import CERTAIN, LIKELY, Finding, fall, listed
from gradus.lab.doctor.log import Log

FLAT = 0.5
"""A loss that lost less than this share of what guessing costs counts as not learned."""
ZERO = 1e-12
ALIKE = 1e-4  # spread among units, relative to their size
SATURATED = 8.0
"""Root mean square of what enters a sigmoid or tanh: nine of ten slopes are then below 0.2 of the steepest."""
DEAD = 0.5
"""Share of units that are dead from the beginning to the end; where they die on the way, those left still learn,"""
ALL = 0.95  # unless hardly any is left


def zero_initialisation(log: Log) -> Finding | None:
    """Return a finding where hidden layers began with weights of 0, and it shows."""
    weight = log.first("weight")
    found = {place: weight[place] for place in log.hidden if weight.get(place, 1.0) <= ZERO}
    if not found or not (log.learned < FLAT or any(log.late("weight").get(place, 1.0) <= ZERO for place in found)):
        return None
    flow = {place: log.first("gradient").get(place, 0.0) for place in found}
    return Finding(
        "zero initialisation",
        (f"root mean squares of the weights before the first step: {listed(found)}",
         f"of their gradients: {listed(flow)}", fall(log.start, log.end)),
        "draw the initial weights at random (He for ReLU, Glorot for tanh); only biases may begin at 0",
        CERTAIN,
        tuple(found),
    )  # fmt: skip


def symmetric_initialisation(log: Log) -> Finding | None:
    """Return a finding where all units of a hidden layer put out the same, and still do at the end."""
    found = {}
    first, last, sizes = log.first("spread"), log.late("spread"), log.first("activation")
    before = dict(zip(list(sizes)[1:], sizes, strict=False))
    for place in log.hidden:
        size = sizes.get(place, 0.0)
        fed = sizes.get(before.get(place, ""), 1.0) > 0  # units that all get nothing are alike for that reason
        if (
            fed
            and place in first
            and size > 0
            and first[place] <= ALIKE * size
            and last.get(place, 0) <= ALIKE * max(size, log.late("activation").get(place, 0.0))
        ):
            found[place] = first[place] / size
    if not found:
        return None
    return Finding(
        "symmetric initialisation",
        (f"the units of a layer differ by less than {ALIKE:g} of their size, first and last step: {listed(found)}",
         fall(log.start, log.end)),
        "draw the initial weights at random: units that begin alike get equal gradients and stay alike",
        CERTAIN,
        tuple(found),
    )  # fmt: skip


def dead_units(log: Log) -> Finding | None:
    """Return a finding where units of a ReLU layer are 0 for every example: most from the start, or all in the end."""
    last = {p: share for p, share in log.late("dead").items() if log.setup.kind(p) == "relu"}
    first = log.first("dead")
    found = {p: share for p, share in last.items() if share >= (DEAD if first[p] >= DEAD else ALL)}
    if not found or not log.learned < FLAT:
        return None
    first = {p: first[p] for p in found}
    return Finding(
        "dead units",
        (f"share of units that are 0 for the whole batch, at the end: {listed(found)}",
         f"and at the first step: {listed(first)}", fall(log.start, log.end)),
        "begin with biases of 0 or slightly above and He weights, lower the rate, or use a leaky ReLU: no gradient "
        "passes a unit that is always 0",
        CERTAIN if max(found.values()) >= ALL else LIKELY,
        tuple(found),
    )  # fmt: skip


def saturated_units(log: Log) -> Finding | None:
    """Return a finding where what enters a sigmoid or tanh is so large that hardly a gradient passes."""
    first, last = log.first("activation"), log.late("activation")
    places = list(first)
    found = {}
    for before, place in pairwise(places):
        squashing = log.setup.kind(place) in ("sigmoid", "tanh")
        if squashing and min(first[before], last.get(before, 0.0)) >= SATURATED:
            found[place] = first[before]
    if not found or not log.learned < FLAT:
        return None
    outputs = places[-1] in found
    return Finding(
        "saturated outputs" if outputs else "saturated units",
        (f"root mean square of what enters at the first step: {listed(found)}; the slope of a sigmoid at 8 is 0.0003",
         f"gradients of weights late in training: {listed(log.late('gradient'))}", fall(log.start, log.end)),
        "begin with smaller weights and standardised inputs, and put the loss on scores before the squashing "
        "(cross-entropy from logits)",
        LIKELY,
        tuple(found),
    )  # fmt: skip
