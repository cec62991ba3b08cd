"""Leaks by normalisation, thresholds, evaluation in training mode: named from what a log holds, and told apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from sklearn.metrics import balanced_accuracy_score, f1_score, recall_score
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from gradus.errors import Fault
from gradus.lab.doctor import Inputs, Log, Measurement, Recorder, Scores, Setup, Step, diagnose, read_log

RANDOM = np.random.default_rng(5)
STEPS = tuple(Step(step=n, loss=0.7 * 0.9**n) for n in range(40))
PARTS = ("train", "validation", "test")
Arrays = dict[str, Any]


def raw() -> Arrays:
    """Return three sets of eight features of different sizes, one of them constant."""
    sizes = np.array([1, 5, 0.1, 100, 1, 2, 3, 0])
    return {part: 7 + sizes * RANDOM.standard_normal((n, 8)) for part, n in zip(PARTS, (300, 80, 120), strict=True)}


def fitted(scaler: Any, on: Callable[[Arrays], Any]) -> Arrays:
    sets = raw()
    scaler.fit(on(sets))
    return {part: scaler.transform(values).astype(np.float32) for part, values in sets.items()}


def together(*parts: str) -> Callable[[Arrays], Any]:
    return lambda sets: np.concatenate([sets[part] for part in parts])


def by_themselves() -> Arrays:
    return {part: StandardScaler().fit_transform(values) for part, values in raw().items()}


def by_examples() -> Arrays:
    return {part: StandardScaler().fit_transform(values.T).T for part, values in raw().items()}


LEAKS: dict[str, Callable[[], Arrays]] = {
    "the whole": lambda: fitted(StandardScaler(), together(*PARTS)),
    "training and validation": lambda: fitted(StandardScaler(), together("train", "validation")),
    "only means, of the whole": lambda: fitted(StandardScaler(with_std=False), together(*PARTS)),
    "each by itself": by_themselves,
    "ends of the whole": lambda: fitted(MinMaxScaler(), together(*PARTS)),
}
HEALTHY: dict[str, Callable[[], Arrays]] = {
    "as they come": raw,
    "the training part": lambda: fitted(StandardScaler(), together("train")),
    "ends of the training part": lambda: fitted(MinMaxScaler(), together("train")),
    "each example by itself": by_examples,
    "constants of another data set": lambda: {part: (values - 6.9) / 2 for part, values in raw().items()},
    "bytes": lambda: {
        part: RANDOM.integers(0, 256, (n, 8)) / 255 for part, n in zip(PARTS, (3000, 800, 900), strict=True)
    },
}


def logged(sets: Arrays) -> Log:
    return Log(Setup(), STEPS, (), {part: Inputs.of(values) for part, values in sets.items()})


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_by_normalisation_is_named(name: str) -> None:
    found = diagnose(logged(LEAKS[name]()))
    assert [finding.name for finding in found] == ["normalisation leakage"]
    assert "training part alone" in found[0].remedy


@pytest.mark.parametrize("name", HEALTHY)
def test_inputs_without_a_leak_have_no_diagnosis(name: str) -> None:
    assert diagnose(logged(HEALTHY[name]())) == ()


@pytest.mark.parametrize("part", ["train", "whole"])
def test_images_are_summarised_by_channel_and_may_be_given_before_normalising(part: str) -> None:
    images = {name: 100 + 50 * RANDOM.standard_normal((n, 3, 5, 5)) for name, n in (("train", 200), ("test", 90))}
    by = images["train"] if part == "train" else np.concatenate(list(images.values()))
    mean, deviation = by.mean(axis=(0, 2, 3)), by.std(axis=(0, 2, 3))
    inputs = {name: Inputs.of(x, axis=1, mean=mean, deviation=deviation) for name, x in images.items()}
    assert len(inputs["test"].mean) == 3
    names = [finding.name for finding in diagnose(Log(Setup(), STEPS, (), inputs))]
    assert names == ([] if part == "train" else ["normalisation leakage"])


@given(some.integers(1, 5000), some.integers(1, 3), some.floats(-1e4, 1e4), some.floats(0.01, 100))
def test_summaries_are_those_of_numpy(count: int, features: int, middle: float, size: float) -> None:
    values = np.random.default_rng(count).normal(middle, size, (count, features))
    found = Inputs.of(values)
    assert np.allclose(found.mean, values.mean(axis=0), rtol=1e-9, atol=1e-9 * size)
    assert np.allclose(found.deviation, values.std(axis=0), rtol=1e-6, atol=1e-9 * size)
    assert (found.low, found.high) == (tuple(values.min(axis=0)), tuple(values.max(axis=0)))


def norm_log(again: float, kinds: dict[str, str]) -> Log:
    row = {"validation_loss": 0.3, "validation_loss_again": again}
    return Log(Setup(kinds=kinds), STEPS, (Measurement(step=40, values=row),))


def test_a_loss_that_depends_on_the_batches_is_told_apart_from_rounding() -> None:
    assert diagnose(norm_log(0.3 + 1e-6, {"bn1": "BatchNorm1d"})) == ()
    found = diagnose(norm_log(0.34, {"bn1": "BatchNorm1d"}))
    assert [finding.name for finding in found] == ["normalisation leakage"]
    assert "layers of batch norm: bn1" in found[0].evidence
    assert [one.name for one in diagnose(norm_log(0.34, {"1": "Dropout"}))] == ["evaluation in training mode"]


def scored(apart: float, positives: int, negatives: int, shift: float = 0.0) -> tuple[Any, Any]:
    labels = np.repeat([1, 0], [positives, negatives])
    noise = np.random.default_rng(2).standard_normal(len(labels))
    return 1 / (1 + np.exp(-(apart * (labels - 0.5) + noise + shift))), labels


def two_classes(counts: tuple[int, int], scores: Any, labels: Any, threshold: float) -> tuple[str, ...]:
    guesses = scores >= threshold
    recall = (1 - float(guesses[labels == 0].mean()), float(guesses[labels == 1].mean()))
    log = Log(Setup(classes=counts), STEPS, (Measurement(step=40, values={"validation_accuracy": 0.8}, recall=recall),))
    return tuple(one.name for one in diagnose(replace(log, scores=Scores.of(scores, labels, threshold))))


def test_a_wrong_threshold_is_told_apart_from_class_imbalance() -> None:
    good, weak = scored(5, 200, 200, -3), scored(1.5, 200, 200, -3)
    assert two_classes((300, 300), *scored(5, 200, 200), 0.5) == ()
    assert two_classes((300, 300), *scored(5, 200, 200), 0.99) == ("wrong threshold",)
    assert two_classes((590, 10), *good, 0.5) == ("wrong threshold",)  # the ranking has not suffered
    assert two_classes((590, 10), *weak, 0.5) == ("class imbalance", "wrong threshold")
    assert two_classes((590, 10), *good, 0.1) == ()
    without = Log(Setup(classes=(590, 10)), STEPS, (Measurement(step=40, values={}, recall=(1.0, 0.2)),))
    assert [one.name for one in diagnose(without)] == ["class imbalance"]
    assert "record scores" in diagnose(without)[0].remedy


def test_the_remedy_names_the_threshold_and_the_evidence_what_it_gives() -> None:
    scores, labels = scored(5, 200, 200)
    log = Log(Setup(), STEPS, scores=Scores.of(scores, labels, 0.99))
    (finding,) = diagnose(log)
    assert log.scores is not None
    best = log.scores.best("balanced")
    assert f"move the threshold to {best:.4g}" in finding.remedy
    wanted = balanced_accuracy_score(labels, scores >= best)
    assert log.scores.balanced(best) == pytest.approx(wanted)
    assert f"{log.scores.balanced(best):.3f} at {best:.4g}" in finding.evidence[0]
    grid = max(balanced_accuracy_score(labels, scores >= one) for one in np.unique(scores))
    assert wanted == pytest.approx(grid, abs=0.01)


@given(some.lists(some.tuples(some.floats(-9, 9), some.booleans()), min_size=2, max_size=40), some.floats(-10, 10))
def test_scores_count_as_scikit_learn_does(rows: list[tuple[float, bool]], threshold: float) -> None:
    values, labels = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    if labels.all() or not labels.any():
        with pytest.raises(Fault, match="must hold both classes"):
            Scores.of(values, labels, threshold)
        return
    found = Scores.of(values, labels, threshold)
    for one in found.thresholds:
        guesses = values >= one
        assert found.recall(one) == pytest.approx(recall_score(labels, guesses))
        assert found.balanced(one) == pytest.approx(balanced_accuracy_score(labels, guesses))
        assert found.f1(one) == pytest.approx(f1_score(labels, guesses, zero_division=0))


def test_few_examples_give_no_threshold() -> None:
    assert diagnose(Log(Setup(), STEPS, scores=Scores.of([0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1]))) == ()


def test_what_is_no_array_of_inputs_or_scores_is_refused(tmp_path: Path) -> None:
    with Recorder(tmp_path / "log.jsonl") as recorder:
        with pytest.raises(Fault, match=r"inputs: values = \(3,\) must be an array of numbers, examples first"):
            recorder.inputs(train=[1.0, 2.0, 3.0])
        with pytest.raises(Fault, match="inputs: set = 'valid' must be one of train, validation, test"):
            recorder.inputs(valid=[[1.0]])
        with pytest.raises(Fault, match=r"scores: labels = .* must be one for each of the 2 scores, 0 or 1"):
            recorder.scores([0.1, 0.2], [1, 2])


def test_summaries_and_flows_survive_the_file(tmp_path: Path) -> None:
    with Recorder(tmp_path / "log.jsonl") as recorder:
        recorder.inputs(train=np.eye(3), validation=np.ones((2, 3)))
        recorder.step(0.5, outputs={"relu": np.array([[0.0, 1.0], [0.0, 3.0]])})
        recorder.flow({"lstm": np.full((2, 4, 3), 0.5)})
        recorder.scores([0.2, 0.9, math.nan], [0, 1, 1], threshold=0.3)
    log = read_log(tmp_path / "log.jsonl")
    assert log.inputs == {"train": Inputs.of(np.eye(3)), "validation": Inputs.of(np.ones((2, 3)))}
    assert log.scores == Scores.of([0.2, 0.9], [0, 1], 0.3)
    assert log.flows == {"lstm": ((0.5,) * 4,)}
    assert log.steps[0].dead == {"relu": 0.5}
    assert log.steps[0].spread["relu"] == pytest.approx(1.118, abs=1e-3)
