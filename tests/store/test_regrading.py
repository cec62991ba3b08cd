"""A change of exam, family, rubric or ruling is a plan first: who gains, who loses, why."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from gradus import store
from gradus.report import marks
from gradus.store import Refused, assessing
from tests.store.conftest import TEXT, Room

ZERO, ONE = Fraction(0), Fraction(1)
NOBODY: dict[str, Fraction] = {}


@pytest.fixture
def graded(room: Room) -> Room:
    room.sit("ada", a_shape="126 x 126 x 64", a_parameters="1792")
    room.sit("bob", a_shape="14 x 14 x 64", a_parameters="about 2")
    room.grade()
    return room


def _plan(room: Room, *, never_lower: bool = False) -> store.Regrade:
    return store.plan_regrade(room.ledger, room.exam, never_lower=never_lower, reason="a test", by="prof")


def _ruling(room: Room, part: str, answer: str, credit: str) -> None:
    store.add_ruling(room.ledger, room.exam, "a", part, answer, Fraction(credit), reason="fair", by="prof")


def test_nothing_changed_means_nothing_planned(graded: Room) -> None:
    assert _plan(graded).changes == ()


def test_a_plan_changes_no_mark_and_says_who_gains_and_why(graded: Room) -> None:
    _ruling(graded, "shape", "14 x 14 x 64", "1")
    before = graded.points("bob")
    plan = _plan(graded)
    assert graded.points("bob") == before
    (change,) = plan.changes
    assert (change.candidate, change.item, change.part) == ("bob", "a", "shape")
    assert (change.before, change.after, change.before_status, change.after_status) == (ZERO, ONE, "wrong", "right")
    assert change.why == "prof ruled full points for 14 x 14 x 64"
    assert (plan.gain, plan.lose, plan.kept, plan.done) == ({"bob": ONE}, NOBODY, NOBODY, False)


def test_a_plan_is_carried_out_as_it_was_and_once(graded: Room) -> None:
    _ruling(graded, "shape", "14 x 14 x 64", "1")
    plan = _plan(graded)
    _ruling(graded, "shape", "126 x 126 x 64", "0")  # after the plan: no part of it
    done = store.apply_regrade(graded.ledger, plan.id, by="dean")
    assert (done.plan_id, done.by, done.done) == (plan.id, "dean", True)
    assert (graded.points("bob")["a_shape"], graded.points("ada")["a_shape"]) == ("1", "1")
    assert [one.number for one in store.history(graded.ledger, graded.ids["bob"], "a", "shape")] == [1, 2]
    assert store.history(graded.ledger, graded.ids["bob"], "a", "shape")[1].regrade_id == done.id
    with pytest.raises(Refused, match="was carried out before; make a new one with a dry run"):
        store.apply_regrade(graded.ledger, plan.id, by="dean")
    assert [one.id for one in store.regrades(graded.ledger, graded.exam)] == [done.id, plan.id]


def test_a_plan_that_is_out_of_date_is_refused_whole(graded: Room) -> None:
    _ruling(graded, "shape", "14 x 14 x 64", "1")
    _ruling(graded, "parameters", "1792", "1/2")
    _ruling(graded, "parameters", "about 2", "1/2")
    plan = _plan(graded)
    (ticket,) = store.tickets(graded.ledger, graded.exam, "a", "parameters")
    store.mark_by_hand(graded.ledger, ticket.ticket, [], Fraction(1), marker="eve")
    with pytest.raises(Refused, match=r"is out of date: bob, a\.parameters was marked since; plan again"):
        store.apply_regrade(graded.ledger, plan.id, by="prof")
    assert (graded.points("bob")["a_shape"], graded.points("ada")["a_parameters"]) == ("0", "1")


def test_never_lower_keeps_what_would_be_lost_and_gives_the_rest(graded: Room) -> None:
    _ruling(graded, "shape", "14 x 14 x 64", "1")
    _ruling(graded, "shape", "126 x 126 x 64", "1/4")
    harsh, mild = _plan(graded), _plan(graded, never_lower=True)
    assert (harsh.gain, harsh.lose) == ({"bob": ONE}, {"ada": Fraction(3, 4)})
    assert (mild.gain, mild.lose, mild.kept) == ({"bob": ONE}, NOBODY, {"ada": Fraction(3, 4)})
    store.apply_regrade(graded.ledger, mild.id, by="prof")
    assert (graded.points("ada")["a_shape"], graded.points("bob")["a_shape"]) == ("1", "1")
    assert store.recompute(graded.ledger, graded.exam, "ada").differences == ()


def test_points_changed_in_the_exam_file_are_planned_for_everyone(graded: Room) -> None:
    store.add_exam(graded.ledger, TEXT.replace("id: a\npoints: 2", "id: a\npoints: 3"), "layers.md", by="staff")
    plan = _plan(graded)
    assert plan.gain == {"ada": 1}
    assert {change.why for change in plan.changes} == {"it counts 3/2 points, not 1; the exam is version 2, not 1"}
    store.apply_regrade(graded.ledger, plan.id, by="prof")
    assert store.marks(graded.ledger, graded.ids["ada"]).total == 3


def test_a_rubric_item_changed_changes_every_mark_that_uses_it(graded: Room) -> None:
    rubric = (graded.ledger, graded.exam, "a", "parameters", "idea")
    store.set_rubric_item(*rubric, "The idea.", Fraction(1, 4), "eve")
    (ticket,) = store.tickets(graded.ledger, graded.exam, "a", "parameters")
    store.mark_by_hand(graded.ledger, ticket.ticket, ["idea"], marker="eve")
    store.set_rubric_item(*rubric, "The idea.", Fraction(1, 2), "eve")
    plan = _plan(graded)
    assert [change.why for change in plan.changes] == ["rubric item 'idea' gives 1/2, not 1/4"]
    store.apply_regrade(graded.ledger, plan.id, by="prof")
    assert graded.points("bob")["a_parameters"] == "1/2"
    store.withdraw_rubric_item(*rubric, by="eve")
    plan = _plan(graded)
    assert [(change.after, change.why) for change in plan.changes] == [(ZERO, "rubric item 'idea' was withdrawn")]
    store.apply_regrade(graded.ledger, plan.id, by="prof")
    assert store.recompute(graded.ledger, graded.exam, "bob").differences == ()


def test_a_family_that_changed_is_the_reason(graded: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    true = marks.mark

    def other(*arguments: Any) -> marks.Marks:
        found = true(*arguments)
        items = [replace(i, worth={p: w * 2 for p, w in i.worth.items()}) for i in found.items]
        return replace(found, items=tuple(items))

    monkeypatch.setattr(assessing, "mark", other)
    monkeypatch.setattr(assessing, "hash_family", lambda family: "0" * 64)
    plan = _plan(graded)
    assert plan.changes[0].why == "it counts 2 points, not 1; the family conv_layer changed"


def test_an_item_that_the_exam_asks_no_longer_stays_as_it_was_marked(graded: Room) -> None:
    shorter = TEXT[: TEXT.index("```conv_layer\nid: b")].replace("points: 6", "points: 2")
    store.add_exam(graded.ledger, shorter, "layers.md", by="staff")
    assert _plan(graded).changes == ()
    assert "b_shape" in graded.points("ada")


def test_a_plan_needs_a_reason_and_a_name(graded: Room) -> None:
    with pytest.raises(Refused, match="reason = ' ' and a name are needed; say why, and who says so"):
        store.plan_regrade(graded.ledger, graded.exam, reason=" ", by="prof")
    with pytest.raises(Refused, match="plan = 99 is not in the ledger; look at the list of regrades"):
        store.apply_regrade(graded.ledger, 99, by="prof")


def test_the_trail_says_who_did_what(graded: Room) -> None:
    _ruling(graded, "shape", "14 x 14 x 64", "1")
    store.apply_regrade(graded.ledger, _plan(graded).id, by="dean")
    newest = [(event.kind, event.who) for event in store.events(graded.ledger, graded.exam, most=3)]
    assert newest == [("regraded", "dean"), ("regrade planned", "prof"), ("ruling added", "prof")]


def test_marks_are_asked_about_only_after_release(graded: Room) -> None:
    ask = (graded.ledger, graded.ids["bob"], "a", "shape", "I meant the pooled one.")
    with pytest.raises(Refused, match="marks are not released; wait for them"):
        store.ask_regrade(*ask)
    store.release(graded.ledger, graded.exam, marks=True, feedback=False, by="prof")
    number = store.ask_regrade(*ask)
    with pytest.raises(Refused, match=r"request = 'a\.shape' is open already; wait for the answer"):
        store.ask_regrade(*ask)
    store.answer_request(graded.ledger, number, "declined", "The question asks for the layer alone.", by="prof")
    (request,) = store.requests(graded.ledger, graded.exam)
    assert request.answer is not None
    assert (request.text, request.answer.decision, request.answer.by) == (ask[4], "declined", "prof")
    released = store.released(graded.ledger, graded.exam)
    assert (released.marks, released.feedback, released.by) == (True, False, "prof")
