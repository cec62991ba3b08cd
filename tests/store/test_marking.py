"""What is handed in is graded once, by machines and people, and any mark comes out of its rows again."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy import text

from gradus import store
from gradus.report.marks import mark
from gradus.store import Refused
from gradus.store.guards import unguard
from gradus.store.ledger import writing
from tests.store.conftest import TEXT, Room

RIGHT = {"a_shape": "126 x 126 x 64", "a_parameters": "1792"}
UNREADABLE = {"a_shape": "126 x 126 x 64", "a_parameters": "about 1,79"}


def _ticket(room: Room, part: str = "parameters") -> store.Ticket:
    (ticket,) = store.tickets(room.ledger, room.exam, "a", part)
    return ticket


def test_the_ledger_grades_as_grading_does(room: Room) -> None:
    room.sit("ada", a_shape="126 x 126 x 64", a_parameters="1728", b_shape="1 x 1 x 1")
    assert room.grade() == [room.ids["ada"]]
    paper = store.paper_of(room.ledger, room.ids["ada"]).paper
    responses = {"a": {"shape": "126 x 126 x 64", "parameters": "1728"}, "b": {"shape": "1 x 1 x 1"}}
    expected = mark(store.current_exam(room.ledger, room.exam).read(), paper, responses)
    found = store.marks(room.ledger, room.ids["ada"])
    assert (found.total, found.pending) == (expected.total, expected.pending)
    for ours, theirs in zip(found.items, expected.items, strict=True):
        assert (ours.item, ours.points, ours.worth) == (theirs.item, theirs.points, theirs.worth)
        for part, verdict in ours.verdicts.items():
            other = theirs.verdicts[part]
            assert (verdict.status, verdict.credit, verdict.feedback) == (other.status, other.credit, other.feedback)


def test_what_is_graded_is_not_graded_again(room: Room) -> None:
    room.sit("ada", **RIGHT)
    assert room.grade() == [room.ids["ada"]]
    assert room.grade("another") == []
    assert len(store.history(room.ledger, room.ids["ada"], "a", "shape")) == 1


def test_what_a_dead_process_had_claimed_is_graded_when_its_claim_runs_out(room: Room) -> None:
    room.sit("ada", **RIGHT)
    store.marking._claim(room.ledger, room.exam, "dies", 4)
    assert room.grade("other") == []
    room.clock.pass_minutes(6)
    assert room.grade("other") == [room.ids["ada"]]


def test_verdicts_say_what_they_rest_on(room: Room) -> None:
    room.sit("ada", **RIGHT)
    room.grade()
    first = store.verdicts(room.ledger, room.ids["ada"])[0]
    paper = store.paper_of(room.ledger, room.ids["ada"])
    assert (first.paper_id, first.version_id, first.number, first.source) == (paper.id, paper.version_id, 1, "machine")
    assert (first.assessed.key, first.assessed.response) == ("126 × 126 × 64", "126 x 126 x 64")
    assert len(first.assessed.family_hash) == len(first.engine_hash) == 64


def test_an_unreadable_answer_waits_for_a_person_who_marks_by_rubric(room: Room) -> None:
    room.sit("ada", **UNREADABLE)
    room.grade()
    assert store.queue(room.ledger, room.exam) == (store.QueuedPart("a", "parameters", 1, 0),)
    store.set_rubric_item(
        room.ledger, room.exam, "a", "parameters", "idea", "The idea is right.", Fraction(2, 3), "eve"
    )
    store.set_rubric_item(room.ledger, room.exam, "a", "parameters", "slip", "A slip.", Fraction(-1, 3), "eve")
    ticket = _ticket(room)
    assert (ticket.response, ticket.points, ticket.worth) == ("about 1,79", None, Fraction(1))
    done = store.mark_by_hand(room.ledger, ticket.ticket, ["idea", "slip"], comment="Write digits.", marker="eve")
    assert (done.points, done.source, done.by) == (Fraction(1, 3), "hand", "eve")
    assert done.assessed.feedback == "The idea is right. (+0.666667)\nA slip. (−0.333333)\nWrite digits."
    assert store.queue(room.ledger, room.exam) == (store.QueuedPart("a", "parameters", 0, 1),)
    assert store.marks(room.ledger, room.ids["ada"]).total == Fraction(4, 3)


def test_points_by_hand_stay_within_what_the_part_counts(room: Room) -> None:
    room.sit("ada", **UNREADABLE)
    room.grade()
    ticket = _ticket(room).ticket
    assert store.mark_by_hand(room.ledger, ticket, [], Fraction(7), marker="eve").points == 1
    assert store.mark_by_hand(room.ledger, ticket, [], Fraction(-7), marker="eve").points == 0


def test_a_marker_does_not_overwrite_what_another_did_meanwhile(room: Room) -> None:
    room.sit("ada", **UNREADABLE)
    room.grade()
    ticket = _ticket(room).ticket
    store.mark_by_hand(room.ledger, ticket, [], Fraction(1), marker="eve", after=1)
    with pytest.raises(Refused, match=r"was marked by eve meanwhile; look at it again"):
        store.mark_by_hand(room.ledger, ticket, [], Fraction(0), marker="max", after=1)
    with pytest.raises(Refused, match=r"code = 'nice' is not in the rubric of a\.parameters"):
        store.mark_by_hand(room.ledger, ticket, ["nice"], marker="max")


def test_the_queue_is_without_names_and_in_an_order_that_stays(room: Room) -> None:
    for who in ("ada", "bob"):
        room.sit(who, **UNREADABLE)
    room.grade()
    first = store.tickets(room.ledger, room.exam, "a", "parameters")
    assert first == store.tickets(room.ledger, room.exam, "a", "parameters")
    assert not any(name in repr(first) for name in ("ada", "bob", "Ada", "Bob", "candidate"))


def test_a_ruling_lets_an_answer_count_whatever_the_key_says(room: Room) -> None:
    add = {"reason": "misprint on the board", "by": "prof"}
    store.add_ruling(room.ledger, room.exam, "a", "shape", "14 x 14 x 64", Fraction(1, 2), **add)
    room.sit("ada", a_shape="14·14·64")
    room.sit("bob", a_shape="126 x 126 x 64")
    room.grade()
    assert (room.points("ada")["a_shape"], room.points("bob")["a_shape"]) == ("1/2", "1")
    found = store.verdicts(room.ledger, room.ids["ada"])[0].assessed
    assert (found.status, found.feedback) == ("partial", "By ruling of prof: misprint on the board")


def test_a_ruling_on_every_answer_lowers_nobody(room: Room) -> None:
    store.add_ruling(room.ledger, room.exam, "a", "shape", "", Fraction(1, 2), reason="unclear", by="prof")
    room.sit("ada", a_shape="126 x 126 x 64")
    room.sit("bob")
    room.grade()
    assert (room.points("ada")["a_shape"], room.points("bob")["a_shape"]) == ("1", "1/2")


@pytest.mark.parametrize(
    ("place", "credit", "reason", "message"),
    [
        (("c", "shape"), 1, "r", "item = 'c' is not in layers; known are a, b"),
        (("a", "size"), 1, "r", "part = 'size' is no part of a"),
        (("a", "shape"), 2, "r", "credit = '2' must be from 0 to 1; write 1 for all of the points"),
        (("a", "shape"), 1, " ", "reason = ' ' and a name are needed; say why, and who says so"),
    ],
)
def test_a_ruling_needs_a_place_a_share_and_a_reason(
    room: Room, place: tuple[str, str], credit: int, reason: str, message: str
) -> None:
    with pytest.raises(Refused) as caught:
        store.add_ruling(room.ledger, room.exam, *place, "x", Fraction(credit), reason=reason, by="prof")
    assert str(caught.value).startswith(message)


def test_statistics_and_marks_are_those_of_the_report(room: Room) -> None:
    room.sit("ada", **RIGHT)
    room.sit("bob", a_shape="126 x 126 x 64")
    room.grade()
    found = store.statistics(room.ledger, room.exam)
    assert (found.totals.n, found.totals.mean(), found.worth) == (2, 1.5, 6.0)


def _vandalise(room: Room, statement: str) -> None:
    """Change a row as only one with the database's password could, the guards taken away."""
    with writing(room.ledger) as connection:
        for guard in unguard(connection.dialect.name, ["verdicts", "saves", "papers"]):
            if "FUNCTION" not in guard:
                connection.execute(text(guard))
        connection.execute(text(statement))


def _recompute_all(room: Room) -> list[str]:
    return [str(one) for who in room.ids for one in store.recompute(room.ledger, room.exam, who).differences]


def test_every_mark_is_recomputed_to_the_bit(room: Room) -> None:
    room.sit("ada", **UNREADABLE, b_shape="1 x 1 x 1")
    room.sit("bob", a_shape="14 x 14 x 64", b_parameters="12")
    room.grade()
    store.set_rubric_item(room.ledger, room.exam, "a", "parameters", "idea", "Idea.", Fraction(1, 3), "eve")
    store.mark_by_hand(room.ledger, _ticket(room).ticket, ["idea"], Fraction(1, 7), marker="eve")
    store.set_rubric_item(room.ledger, room.exam, "a", "parameters", "idea", "Idea!", Fraction(1, 2), "eve")
    store.add_ruling(room.ledger, room.exam, "a", "shape", "14 x 14 x 64", Fraction(1), reason="r", by="prof")
    store.add_exam(room.ledger, TEXT.replace("points: 4", "points: 3"), "layers.md", by="staff")
    plan = store.plan_regrade(room.ledger, room.exam, reason="all of it", by="prof")
    store.apply_regrade(room.ledger, plan.id, by="prof")
    store.add_ruling(room.ledger, room.exam, "b", "shape", "", Fraction(1), reason="later", by="prof")
    assert _recompute_all(room) == []
    found = store.recompute(room.ledger, room.exam, "ada")
    assert found.total == store.marks(room.ledger, room.ids["ada"]).total == 1 + Fraction(1, 2) + Fraction(1, 7)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE verdicts SET credit = '1/2' WHERE item = 'a' AND part = 'shape'",
            "a.shape, verdict 1: credit is stored as '1/2' and comes out as '1'",
        ),
        (
            "UPDATE verdicts SET feedback = 'Fine.' WHERE item = 'a' AND part = 'parameters'",
            "a.parameters, verdict 1: feedback is stored as 'Fine.' and comes out as 'Right.'",
        ),
        ("UPDATE saves SET text = '1793' WHERE part = 'parameters'", "receipt: hash is stored as "),
        ("UPDATE papers SET paper = replace(paper, '64', '65')", "paper 1: hash is stored as "),
    ],
)
def test_a_row_that_was_tampered_with_is_said(room: Room, statement: str, said: str) -> None:
    room.sit("ada", **RIGHT)
    room.grade()
    assert _recompute_all(room) == []
    _vandalise(room, statement)
    assert any(line.startswith(said) for line in _recompute_all(room))


def test_a_mark_computed_by_other_sources_says_so(room: Room) -> None:
    room.sit("ada", **RIGHT)
    room.grade()
    _vandalise(room, "UPDATE verdicts SET engine_hash = 'feedbeeffeedbeef', \"key\" = '1 × 1' WHERE part = 'shape'")
    assert _recompute_all(room)[0] == (
        "a.shape, verdict 1: key is stored as '1 × 1' and comes out as '126 × 126 × 64' "
        "(it was computed by other sources of Gradus (0.1.0, feedbeeffeed))"
    )
