"""Nearest neighbours: another library, invariance, each mistake."""

import random
from typing import Any

import pytest

from gradus.answers import Choice, Count
from gradus.errors import Faults
from gradus.families.nearest_neighbours import NearestNeighbours
from gradus.grading import grade

NUMBERS: dict[str, Any] = {
    "training": ((0, 0), (4, 0), (0, 6), (5, 1)),
    "labels": ("A", "B", "B", "B"),
    "query": (1, 1),
    "neighbours": 1,
    "metric": "L1",
    "action": "negated",
    "order": (2, 1),
    "axis": 1,
    "moved": "query",
}


def ask(**changes: Any) -> NearestNeighbours:
    return NearestNeighbours(**(NUMBERS | changes))


def test_scikit_learn_agrees() -> None:
    import numpy as np
    from sklearn.neighbors import KNeighborsClassifier

    for seed in range(40):
        variant = NearestNeighbours.draw(random.Random(seed))
        points, query = np.array(variant.training), np.array([variant.query])
        power = 1 if variant.metric == "L1" else 2

        def changed(rows: Any, variant: NearestNeighbours = variant) -> Any:
            if variant.action == "permuted":
                return rows[:, [i - 1 for i in variant.order]]
            signs = np.ones(rows.shape[1], int)
            signs[variant.axis - 1] = -1
            return rows * signs

        for prefix, training, asked in (
            ("", points, query),
            ("new_", changed(points) if variant.moved == "all" else points, changed(query)),
        ):
            learner = KNeighborsClassifier(variant.neighbours, algorithm="brute", p=power).fit(training, variant.labels)
            assert variant.key()[f"{prefix}prediction"] == Choice(frozenset(learner.predict(asked)), ("A", "B"))
            distance = learner.kneighbors(asked, 1)[0][0, 0] ** power
            assert variant.key()[f"{prefix}distance"] == Count(round(distance))


@pytest.mark.parametrize("metric", ["L1", "L2"])
@pytest.mark.parametrize("action", ["permuted", "negated"])
def test_nothing_changes_when_all_points_change_alike(metric: str, action: str) -> None:
    key = ask(metric=metric, action=action, moved="all").key()
    assert (key["distance"], key["prediction"]) == (key["new_distance"], key["new_prediction"])


def test_a_query_changed_alone_may_go_to_the_other_class() -> None:
    variant = ask(query=(-4, 1))
    assert [str(answer) for answer in variant.key().values()] == ["5", "A", "1", "B"]
    assert variant.witness() == variant.key()


@pytest.mark.parametrize(
    ("changes", "part", "answer", "mistake"),
    [
        ({"query": (3, 1)}, "distance", "4", "first_point"),
        ({"query": (3, 2), "metric": "L2"}, "distance", "3", "other_metric"),
        ({"query": (3, 2)}, "distance", "7", "farthest"),
        ({"query": (3, 2)}, "distance", "5", "other_metric"),
        ({"neighbours": 3}, "prediction", "A", "nearest_only"),
        ({}, "prediction", "B", "several_vote"),
        ({"query": (-4, 1)}, "new_distance", "5", "first_point"),
        ({"query": (-4, 1), "training": ((9, 9), *NUMBERS["training"][1:])}, "new_distance", "9", "taken_as_unchanged"),
        ({"query": (-4, 1)}, "new_prediction", "A", "taken_as_unchanged"),
        ({"query": (-4, 1), "moved": "all"}, "new_distance", "1", "query_alone_moved"),
        ({"query": (-4, 1), "moved": "all", "neighbours": 1}, "new_prediction", "B", "several_vote"),
    ],
)
def test_a_mistake_is_recognised(changes: dict[str, Any], part: str, answer: str, mistake: str) -> None:
    assert grade(ask(**changes), {part: answer})[part].mistake == mistake


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"query": (1, 1, 1)}, "NearestNeighbours: training must be as long as the query; mend the lengths"),
        (
            {"labels": ("A", "B")},
            "NearestNeighbours: labels = ['A', 'B'] must be as many as the 4 points, of which at most all vote; give "
            "each point its label",
        ),
        (
            {"order": (1, 1)},
            "NearestNeighbours: order = [1, 1] must name each of the 2 coordinates once; write [2, 1] for two",
        ),
        (
            {"query": (2, 0)},
            "NearestNeighbours: query = [2, 0] is as far from several points before the change, and which of them vote "
            "decides; move it",
        ),
        (
            {"query": (-2, 0)},
            "NearestNeighbours: query = [2, 0] is as far from several points after the change, and which of them vote "
            "decides; move it",
        ),
    ],
)
def test_what_makes_no_question_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(Faults) as caught:
        ask(**changes)
    assert str(caught.value) == message


def test_a_tie_that_decides_nothing_is_allowed() -> None:
    # both points at distance 4 are of class B
    variant = ask(training=((0, 0), (4, 0), (0, 4), (9, 9)), query=(2, 2), labels=("B", "B", "B", "A"), moved="all")
    assert str(variant.key()["prediction"]) == "B"
