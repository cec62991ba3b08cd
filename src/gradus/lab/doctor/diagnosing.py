"""All diagnoses of one log, causes before their consequences."""

from __future__ import annotations

from collections.abc import Callable

from gradus.lab.doctor.finding import Finding
from gradus.lab.doctor.flows import (
    exploding_gradients,
    rate_too_high,
    rate_too_low,
    strong_regularisation,
    vanishing_gradients,
)
from gradus.lab.doctor.generalising import class_imbalance, overfitting, small_batch, stopping_point, unrelated_labels
from gradus.lab.doctor.judging import normalisation_leakage, wrong_threshold
from gradus.lab.doctor.log import Log
from gradus.lab.doctor.recurring import bursting_gradients
from gradus.lab.doctor.starts import dead_units, saturated_units, symmetric_initialisation, zero_initialisation

DIAGNOSES: tuple[Callable[[Log], Finding | None], ...] = (
    # there before the first step
    zero_initialisation,
    symmetric_initialisation,
    saturated_units,
    small_batch,  # a mean over two examples has gradients that explode
    exploding_gradients,
    # what steps do: a rate that is too high kills units, and so does a penalty
    rate_too_high,
    bursting_gradients,
    strong_regularisation,
    dead_units,
    vanishing_gradients,
    rate_too_low,
    # what data does, once all of the above is in order
    normalisation_leakage,  # whatever stands below goes by what is held out
    class_imbalance,  # moves the scores, so that a threshold may be wrong for that reason
    wrong_threshold,
    unrelated_labels,
    overfitting,
    stopping_point,
)
"""In causal order: what stands further down may follow from what stands above."""


def diagnose(log: Log) -> tuple[Finding, ...]:
    """Return what ails a training, the cause first; nothing for a healthy one.

    >>> from gradus.lab.doctor.log import Setup, Step
    >>> steps = [Step(step=n, loss=2.3, weight={"1": 0.0, "2": 0.1}, gradient={"1": 0.0, "2": 0.1}) for n in range(9)]
    >>> [finding.name for finding in diagnose(Log(Setup(), tuple(steps)))]
    ['zero initialisation']
    """
    found: dict[Callable[[Log], Finding | None], Finding] = {}
    for find in DIAGNOSES:
        if find is unrelated_labels and found.keys() - {normalisation_leakage}:
            continue  # whoever cannot learn guesses; why is known already
        if find is bursting_gradients and found.keys() & {exploding_gradients, rate_too_high}:
            continue  # which gradients follow
        finding = find(log)
        if finding is not None:
            found[find] = finding
    return tuple(found.values())
