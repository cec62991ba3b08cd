"""What the clock, a device and a candidate may do, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus import store
from gradus.store import Refused, Schedule, Write
from tests.store.conftest import NINE, TEXT, Room

HOUR = timedelta(hours=1)


def _refused(call: object, *arguments: object) -> Refused:
    assert callable(call)
    with pytest.raises(Refused) as caught:
        call(*arguments)
    return caught.value


def test_nobody_starts_before_the_opening_or_after_the_end(room: Room) -> None:
    room.clock.pass_minutes(-1)
    assert store.standing(room.ledger, room.ids["ada"]).state == "waiting"
    assert str(_refused(store.start, room.ledger, room.ids["ada"])) == (
        "exam = 'layers' is not open yet; wait for the opening"
    )
    room.clock.pass_minutes(1)
    assert store.standing(room.ledger, room.ids["ada"]).state == "ready"
    room.clock.pass_minutes(60)
    assert store.standing(room.ledger, room.ids["ada"]).state == "missed"
    assert _refused(store.start, room.ledger, room.ids["ada"]).why == "over"


def test_a_factor_stretches_the_time_and_resuming_does_not_move_the_deadline(room: Room) -> None:
    deadlines = {}
    for who in ("ada", "bob"):
        first = store.start(room.ledger, room.ids[who])
        room.clock.pass_minutes(1)
        again = store.start(room.ledger, room.ids[who])
        assert first.deadline == again.deadline
        deadlines[who] = again.deadline
        room.clock.pass_minutes(-1)
    assert deadlines == {"ada": NINE + HOUR * 1.25, "bob": NINE + HOUR}


def test_one_who_starts_late_is_stopped_by_the_closing(room: Room) -> None:
    room.clock.pass_minutes(50)
    assert store.start(room.ledger, room.ids["bob"]).deadline == NINE + HOUR
    assert store.start(room.ledger, room.ids["ada"]).deadline == NINE + HOUR * 1.25


def test_more_time_given_in_the_middle_of_a_sitting_counts(room: Room) -> None:
    store.start(room.ledger, room.ids["bob"])
    room.clock.pass_minutes(30)
    store.set_factor(room.ledger, room.ids["bob"], Fraction(3, 2), "fire alarm", by="staff")
    assert store.standing(room.ledger, room.ids["bob"]).deadline == NINE + HOUR * 1.5


def test_staff_stop_the_exam_for_everyone(room: Room) -> None:
    store.start(room.ledger, room.ids["ada"])
    room.clock.pass_minutes(10)
    store.stop(room.ledger, room.exam, by="staff")
    assert store.standing(room.ledger, room.ids["ada"]).state == "over"
    assert store.standing(room.ledger, room.ids["bob"]).state == "missed"


def test_an_answer_is_the_newest_save(room: Room) -> None:
    store.start(room.ledger, room.ids["ada"])
    room.write("ada", a_shape="1 x 1 x 1")
    room.write("ada", a_shape="126 x 126 x 64", a_parameters="1792")
    held = store.answers(room.ledger, room.ids["ada"])
    assert {part: one.text for part, one in held["a"].items()} == {"shape": "126 x 126 x 64", "parameters": "1792"}


def test_what_is_sent_twice_is_kept_once(room: Room) -> None:
    ada = room.ids["ada"]
    store.start(room.ledger, ada)
    first = store.save(room.ledger, ada, "tab", [Write(1, "a", "shape", "x")])
    again = store.save(room.ledger, ada, "tab", [Write(1, "a", "shape", "x")])
    assert first.sequences == again.sequences == (1,)
    assert store.progress(room.ledger, room.exam)[0].answered == 1
    refused = _refused(
        store.save, room.ledger, ada, "tab", [Write(2, "a", "parameters", "2"), Write(1, "a", "shape", "y")]
    )
    assert str(refused) == "sequence = 1 was sent before with another text; reload the page; nothing of this was kept"
    assert list(store.answers(room.ledger, ada)["a"]) == ["shape"]


def test_a_late_arrival_of_one_device_does_not_overwrite_its_newer_one(room: Room) -> None:
    ada = room.ids["ada"]
    store.start(room.ledger, ada)
    store.save(room.ledger, ada, "tab", [Write(2, "a", "shape", "newer")])
    late = store.save(room.ledger, ada, "tab", [Write(1, "a", "shape", "older")])
    assert late.overtaken == (1,)
    assert store.answers(room.ledger, ada)["a"]["shape"].text == "newer"
    again = store.save(room.ledger, ada, "tab", [Write(1, "a", "shape", "older")])
    assert again.overtaken == (1,)


def test_a_device_that_comes_back_does_not_overwrite_what_it_has_not_seen(room: Room) -> None:
    ada, seen = room.ids["ada"], room.clock.now
    store.start(room.ledger, ada)
    room.clock.pass_minutes(1)
    store.save(room.ledger, ada, "laptop", [Write(1, "a", "shape", "from the laptop")])
    stale = store.save(
        room.ledger, ada, "phone", [Write(1, "a", "shape", "old"), Write(2, "b", "shape", "new")], seen=seen
    )
    assert stale.overtaken == (1,)
    assert store.answers(room.ledger, ada)["a"]["shape"].text == "from the laptop"
    assert store.answers(room.ledger, ada)["b"]["shape"].text == "new"
    room.clock.pass_minutes(1)
    store.save(room.ledger, ada, "phone", [Write(3, "a", "shape", "after a look")], seen=room.clock.now)
    assert store.answers(room.ledger, ada)["a"]["shape"].text == "after a look"


@pytest.mark.parametrize(
    ("write", "why", "message"),
    [
        (Write(1, "c", "shape", ""), "not_on_paper", "item = 'c' is not on this paper; known are a, b"),
        (Write(1, "a", "shap", ""), "not_on_paper", "part = 'shap' is no part of a; did you mean 'shape'?"),
        (Write(1, "a", "shape", "x" * 200_001), "too_long", "a.shape is longer than 200,000 characters; shorten it"),
        (Write(1, "a", "shape", "a\0"), "unreadable_text", "a.shape = 'a\\x00' holds a character that is none"),
        (Write(1, "a", "shape", "\ud800"), "unreadable_text", "a.shape = '\\ud800' holds a character that is none"),
        (Write(-1, "a", "shape", ""), "invalid", "sequence = -1 must count up from 0; reload the page"),
    ],
)
def test_a_save_that_cannot_be_kept_is_refused_whole(room: Room, write: Write, why: str, message: str) -> None:
    store.start(room.ledger, room.ids["ada"])
    good = Write(7, "a", "parameters", "1792")
    refused = _refused(store.save, room.ledger, room.ids["ada"], "tab", [good, write])
    assert refused.why == why
    assert str(refused).startswith(message)
    assert store.answers(room.ledger, room.ids["ada"]) == {}


def test_saves_end_with_the_grace_after_the_deadline(room: Room) -> None:
    bob = room.ids["bob"]
    assert _refused(room.write, "bob").why == "not_started"
    store.start(room.ledger, bob)
    room.clock.pass_minutes(60 + 4 / 60)
    assert store.standing(room.ledger, bob).state == "over"
    room.write("bob", a_shape="in the grace")
    room.clock.pass_minutes(1 / 60)
    assert str(_refused(store.save, room.ledger, bob, "tab", [Write(99, "a", "shape", "too late")])) == (
        "exam = 'layers' is over; what was saved before counts"
    )


def test_what_is_not_handed_in_is_handed_in_at_the_deadline_once(room: Room) -> None:
    for who in ("ada", "bob"):
        store.start(room.ledger, room.ids[who])
        room.write(who, a_shape=who)
    room.clock.pass_minutes(60)
    assert store.submit_overdue(room.ledger) == ()  # the grace
    room.clock.pass_minutes(1)
    (receipt,) = store.submit_overdue(room.ledger, room.exam)
    assert (receipt.candidate_id, receipt.at, receipt.automatic) == (room.ids["bob"], NINE + HOUR, True)
    assert store.submit_overdue(room.ledger) == ()
    assert store.submit(room.ledger, room.ids["bob"]) == receipt == store.receipt_of(room.ledger, room.ids["bob"])
    assert store.standing(room.ledger, room.ids["bob"]).state == "submitted"


def test_progress_tells_how_far_everyone_is(room: Room) -> None:
    store.start(room.ledger, room.ids["ada"])
    room.write("ada", a_shape="1", a_parameters="2")
    room.clock.pass_minutes(3)
    room.write("ada", a_shape="3")
    room.sit("bob")
    ada, bob = store.progress(room.ledger, room.exam)
    assert (ada.candidate.name, ada.standing.state, ada.answered, ada.last_save) == (
        "Ada Lovelace", "sitting", 2, NINE + timedelta(minutes=3),
    )  # fmt: skip
    assert (bob.candidate.name, bob.standing.state, bob.answered, bob.last_save) == ("Bob", "submitted", 0, None)


def test_after_handing_in_nothing_is_taken(room: Room) -> None:
    receipt = room.sit("ada", a_shape="126 x 126 x 64")
    assert (receipt.automatic, receipt.answered) == (False, 1)
    assert _refused(room.write, "ada").why == "submitted"


def test_what_was_handed_in_by_mistake_is_reopened_by_name(room: Room) -> None:
    first = room.sit("ada", a_shape="1")
    assert _refused(store.reopen, room.ledger, room.ids["bob"], "r", "staff").why == "not_started"
    assert _refused(store.reopen, room.ledger, room.ids["ada"], " ", "staff").why == "invalid"
    store.reopen(room.ledger, room.ids["ada"], "clicked by mistake", by="staff")
    assert store.standing(room.ledger, room.ids["ada"]).state == "sitting"
    assert store.receipt_of(room.ledger, room.ids["ada"]) is None
    assert room.grade() == []
    room.write("ada", a_shape="126 x 126 x 64")
    second = store.submit(room.ledger, room.ids["ada"])
    assert second.hash != first.hash
    assert room.grade() == [room.ids["ada"]]
    assert room.points("ada")["a_shape"] == "1"
    assert store.recompute(room.ledger, room.exam, "ada").differences == ()
    refused = _refused(store.reopen, room.ledger, room.ids["ada"], "again", "staff")
    assert str(refused) == "candidate = 'ada' is graded already; mark by hand, or make a ruling"


def test_time_given_after_the_deadline_counts_when_it_is_reopened(room: Room) -> None:
    store.start(room.ledger, room.ids["bob"])
    room.clock.pass_minutes(61)
    store.submit_overdue(room.ledger)
    store.set_factor(room.ledger, room.ids["bob"], Fraction(2), "fire alarm", by="staff")
    store.reopen(room.ledger, room.ids["bob"], "fire alarm", by="staff")
    assert store.submit_overdue(room.ledger) == ()
    room.write("bob", a_shape="after the alarm")
    room.clock.pass_minutes(60)
    (receipt,) = store.submit_overdue(room.ledger)
    assert (receipt.at, receipt.answered) == (NINE + 2 * HOUR, 1)


def test_a_receipt_is_a_hash_over_paper_answers_and_time(room: Room) -> None:
    receipt = room.sit("ada", a_shape="126 x 126 x 64")
    held = store.answers(room.ledger, room.ids["ada"])
    paper = store.paper_of(room.ledger, room.ids["ada"])
    assert receipt.hash == store.receipt_hash(room.exam, "ada", paper.hash, held, receipt.at)
    others = [
        store.receipt_hash(room.exam, "bob", paper.hash, held, receipt.at),
        store.receipt_hash(room.exam, "ada", "0" * 64, held, receipt.at),
        store.receipt_hash(room.exam, "ada", paper.hash, {}, receipt.at),
        store.receipt_hash(room.exam, "ada", paper.hash, held, receipt.at + timedelta(microseconds=1)),
    ]
    assert len({receipt.hash, *others}) == 5


def test_a_paper_stays_as_it_was_when_the_exam_file_is_edited(room: Room) -> None:
    before = store.paper_of(room.ledger, room.ids["ada"])
    store.add_exam(room.ledger, TEXT.replace("kernel: 3", "kernel: 5"), "layers.md", by="staff")
    assert store.paper_of(room.ledger, room.ids["ada"]) == before
    assert store.draw_paper(room.ledger, room.ids["ada"], b"secret", by="staff") == before
    redrawn = store.redraw_paper(room.ledger, room.ids["ada"], b"secret", by="staff")
    assert (redrawn.number, redrawn.paper.variants["a"].kernel) == (2, 5)  # type: ignore[attr-defined]
    store.start(room.ledger, room.ids["ada"])
    refused = _refused(store.redraw_paper, room.ledger, room.ids["ada"], b"secret", "staff")
    assert str(refused) == "paper = 'ada' has been started; it stays as it is"


@given(
    factor=st.fractions(1, 10, max_denominator=20),
    started=st.integers(0, 59),
    minutes=st.integers(1, 600),
)
def test_a_greater_factor_never_shortens_the_time(factor: Fraction, started: int, minutes: int) -> None:
    schedule = Schedule(NINE, NINE + HOUR, timedelta(minutes=minutes))
    begin = NINE + timedelta(minutes=started)
    assert store.deadline(schedule, begin, factor) >= store.deadline(schedule, begin, Fraction(1))
    assert store.deadline(schedule, begin, Fraction(1)) == min(begin + timedelta(minutes=minutes), NINE + HOUR)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((NINE.replace(tzinfo=None), None, HOUR), "opens = '2026-03-02 09:00:00' must say its time zone"),
        ((NINE, NINE, HOUR), "closes = '2026-03-02 09:00:00+00:00' must be after the opening"),
        ((NINE, None, timedelta(0)), "duration = '0:00:00' must be positive, up to a year"),
        ((NINE, None, HOUR, timedelta(hours=2)), "grace = '2:00:00' must be up to an hour"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(arguments: tuple[object, ...], message: str) -> None:
    assert str(_refused(Schedule, *arguments)).startswith(message)


def test_links_are_found_by_hash_and_a_newer_one_revokes_the_older(room: Room) -> None:
    ada = room.ids["ada"]
    store.issue_link(room.ledger, ada, "first", "link", by="staff")
    store.issue_link(room.ledger, ada, "code", "code", by="staff")
    for secret_hash in ("first", "code"):
        found = store.find_by_link(room.ledger, secret_hash)
        assert found is not None
        assert found.id == ada
    assert store.find_by_link(room.ledger, "none") is None
    store.issue_link(room.ledger, ada, "second", "link", by="staff")
    assert store.find_by_link(room.ledger, "first") is None
    assert store.find_by_link(room.ledger, "code") is not None
    assert _refused(store.issue_link, room.ledger, room.ids["bob"], "second", "link", "staff").why == "twice"
