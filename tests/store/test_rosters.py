"""Rosters as spreadsheets write them, and what cannot be used in them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gradus import store
from gradus.errors import Fault, Faults
from gradus.store import RosterRow, read_roster
from tests.store.conftest import TEXT, Room


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_in_any_order_and_with_any_separator(delimiter: str) -> None:
    text = "\ufeffSeat,Factor,ID,Name\r\n12,1.25,ada,Ada\r\n\r\n7,,bob,\r\n".replace(",", delimiter)
    assert read_roster(text) == (
        RosterRow("ada", "Ada", Fraction(5, 4), {"seat": "12"}),
        RosterRow("bob", "", None, {"seat": "7"}),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "roster.csv: file is empty; begin with a line candidate,name,factor"),
        ("candidat\nada\n", "roster.csv:1: header = 'candidat' has no column `candidate`; did you mean 'candidat'?"),
        ("candidate,id\na,b\n", "roster.csv:1: candidate stands twice in the header; keep one of them"),
        ("candidate\n", "roster.csv: candidate has no lines; write one candidate a line"),
        ("candidate,name\n,Ada\n", "roster.csv:2: candidate is empty; write who it is, or delete the line"),
        ("candidate\nada\nAda\n", "roster.csv:3: candidate = 'Ada' stands on line 2 already; delete one of them"),
        ('candidate\n"ada\n', "roster.csv:2: line is not CSV: unexpected end of data; close the quote"),
        ("candidate,factor\nada,0.5\n", "roster.csv:2: factor = '1/2' must be from 1 to 10; write 1.25 for a quarter"),
        ("candidate,factor\nada,lots\n", "roster.csv:2: factor = 'lots' must be a number; write 1.25"),
        ("candidate\na\x1b[31m\n", "roster.csv:2: candidate = 'a\\x1b[31m' must be up to 200 printable characters"),
    ],
)
def test_a_roster_that_cannot_be_used_is_told_where(text: str, message: str) -> None:
    with pytest.raises(Fault) as caught:
        read_roster(text)
    assert str(caught.value).startswith(message)


def test_every_faulty_line_is_told_at_once() -> None:
    with pytest.raises(Faults) as caught:
        read_roster("candidate,factor\nada,lots\nbob,1\n,2\nbob,1\n")
    assert [str(fault).partition(": ")[0] for fault in caught.value.faults] == [
        "roster.csv:2",
        "roster.csv:4",
        "roster.csv:5",
    ]


def test_a_roster_added_again_changes_names_and_factors_and_nothing_that_it_does_not_say(room: Room) -> None:
    again = read_roster("candidate,name,factor\nada,Ada King,3/2\nbob,,\ncy,Cy,\n")
    assert store.add_candidates(room.ledger, room.exam, again, by="staff") == store.Added(new=1, changed=1, unchanged=1)
    ada = store.find_candidate(room.ledger, room.exam, "ada")
    assert (ada.id, ada.name, ada.factor) == (room.ids["ada"], "Ada King", Fraction(3, 2))
    store.add_candidates(room.ledger, room.exam, read_roster("candidate\nada\nbob\n"), by="staff")
    ada, bob, _ = store.candidates_of(room.ledger, room.exam)
    assert (ada.name, ada.factor, bob.name) == ("Ada King", Fraction(3, 2), "Bob")


def test_an_accommodation_is_granted_to_a_student_once_for_all_exams_of_a_ledger(room: Room) -> None:
    store.add_exam(room.ledger, TEXT.replace("name: layers", "name: retake"), "retake.md", by="staff")
    store.add_candidates(room.ledger, "retake", read_roster("candidate,factor\nada,\nbob,1.5\n"), by="staff")
    factors = {one.candidate: one.factor for one in store.candidates_of(room.ledger, "retake")}
    assert factors == {"ada": Fraction(5, 4), "bob": Fraction(3, 2)}


def test_who_is_taken_off_is_nowhere_and_comes_back_by_the_roster(room: Room) -> None:
    bob = room.ids["bob"]
    store.issue_link(room.ledger, bob, "hash", "code", by="staff")
    store.withdraw_candidate(room.ledger, bob, "dropped the course", by="staff")
    assert [one.candidate for one in store.candidates_of(room.ledger, room.exam)] == ["ada"]
    assert [one.candidate.candidate for one in store.progress(room.ledger, room.exam)] == ["ada"]
    assert store.find_by_link(room.ledger, "hash") is None
    with pytest.raises(store.Refused, match="is not in the ledger"):
        store.start(room.ledger, bob)
    added = store.add_candidates(room.ledger, room.exam, [RosterRow("bob", "Robert")], by="staff")
    assert added == store.Added(new=1, changed=0, unchanged=0)
    assert (store.find_candidate(room.ledger, room.exam, "bob").id, store.candidate(room.ledger, bob).name) == (
        bob,
        "Robert",
    )
    assert store.start(room.ledger, bob).state == "sitting"
    with pytest.raises(store.Refused, match="has begun the exam; their paper stays"):
        store.withdraw_candidate(room.ledger, bob, "too late", by="staff")


def test_one_who_was_misspelt_and_taken_off_is_added_as_they_are_written(room: Room) -> None:
    store.withdraw_candidate(room.ledger, room.ids["bob"], "misspelt", by="staff")
    store.add_candidates(room.ledger, room.exam, [RosterRow("Bob")], by="staff")
    assert [one.candidate for one in store.candidates_of(room.ledger, room.exam)] == ["ada", "Bob"]


def test_what_is_ended_is_counted_for_whom_it_is(room: Room) -> None:
    ledger, exam = room.ledger, room.exam
    assert store.revocations(ledger, exam).count("staff", "") == (0, 0)
    store.revoke(ledger, exam, "staff", "", "links", by="prof")
    store.revoke(ledger, exam, "candidate", "ada", "sessions", by="ada")
    store.revoke(ledger, exam, "candidate", "bob", "session", by="bob", session="seal")
    found = store.revocations(ledger, exam)
    assert (found.count("staff", ""), found.count("candidate", "ada")) == ((1, 1), (0, 1))
    assert (found.count("candidate", "bob"), set(found.ended)) == ((0, 0), {"seal"})
    assert store.revocations(ledger, exam, found) is found
    assert store.revocations(ledger, "other").rows == 0


def test_one_faulty_row_adds_nobody(room: Room) -> None:
    rows = [RosterRow("cy"), RosterRow("ADA")]
    with pytest.raises(Fault, match="differs only in capitals from 'ada', who is in the ledger; write both alike"):
        store.add_candidates(room.ledger, room.exam, rows, by="staff")
    assert len(store.candidates_of(room.ledger, room.exam)) == 2


def test_who_and_what_is_unknown_is_told_with_the_nearest(room: Room) -> None:
    with pytest.raises(store.Refused) as caught:
        store.find_candidate(room.ledger, room.exam, "adda")
    assert str(caught.value) == "candidate = 'adda' is not on the roster of layers; did you mean 'ada'?"
    with pytest.raises(store.Refused) as caught:
        store.find_candidate(room.ledger, "layer", "ada")
    assert str(caught.value) == "exam = 'layer' is not in the ledger; did you mean 'layers'?"


def test_a_doubtful_key_is_asked_only_on_someones_word(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradus.store.drawing.doubt", lambda variant: "key and witness differ")
    paper = store.redraw_paper(room.ledger, room.ids["ada"], b"secret", by="staff")
    assert [problem.item for problem in paper.problems] == ["a", "b"]
    with pytest.raises(store.Refused) as caught:
        store.start(room.ledger, room.ids["ada"])
    assert str(caught.value) == (
        "item = 'a' is not countersigned (key and witness differ), and nobody has accepted it by name; ask staff"
    )
    store.accept(room.ledger, room.exam, "a", "computed by hand", by="prof")
    assert [problem.item for problem in store.unaccepted(room.ledger, room.ids["ada"])] == ["b"]
    store.accept(room.ledger, room.exam, "b", "computed by hand", by="prof")
    assert store.start(room.ledger, room.ids["ada"]).state == "sitting"
    assert [one.by for one in store.acceptances(room.ledger, room.exam)] == ["prof", "prof"]
