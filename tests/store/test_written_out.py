"""Statements and texts in the ledger: rubrics of the exam file, points for all together, what a wrong answer costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from gradus import assertion, store
from gradus.audit import audit
from gradus.store import Refused
from tests.questions.conftest import CLAIMS
from tests.questions.exams import told
from tests.store.conftest import NINE, Clock, Room

WRITTEN = """```written
id: w
points: 3
stem: Why does it not learn?
ideas:
  - {id: rate, idea: The rate is small, points: 2, group: cause}
  - {id: start, idea: The start is bad, points: 2, group: cause}
  - {id: labels, idea: The labels are wrong, points: 1}
rejected:
  - {id: noise, idea: Noise, reason: it averages out}
at_most: {cause: 2}
```
"""

Sit = Callable[..., Room]


def _statements(marking: str, *options: str) -> str:
    listed = "\n".join(f"  - {option}" for option in options)
    return f"```statements\nid: s\npoints: 4\nmarking: {marking}\noptions:\n{listed}\n```\n"


@pytest.fixture
def sat(ledger: store.Ledger, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sit]:
    """Return what lets Ada answer an exam and grades it."""
    (tmp_path / "own.py").write_text(CLAIMS, encoding="utf-8")
    monkeypatch.setenv("GRADUS_CACHE", str(tmp_path / "cache"))
    assertion.trust_claims(tmp_path / "exam.md")
    room = Room(ledger, clock, "written-out")

    def sit(block: str, **answers: str) -> Room:
        add(room, tmp_path, block)
        audit(store.current_exam(ledger, room.exam).read())
        store.add_candidates(ledger, room.exam, [store.RosterRow("ada")], by="staff")
        (paper,) = list(store.draw_papers(ledger, room.exam, b"", by="staff"))
        for problem in paper.problems:
            store.accept(ledger, room.exam, problem.item, "a person decides it", by="prof")
        store.set_schedule(ledger, room.exam, store.Schedule(NINE, None, timedelta(minutes=90)), by="staff")
        room.ids = {"ada": paper.candidate_id}
        room.sit("ada", **answers)
        room.grade()
        return room

    yield sit
    assertion.distrust_claims()


def add(room: Room, folder: Path, block: str) -> None:
    text = f"---\ntitle: T\nname: {room.exam}\npoints: 4\n---\n\n{block}"
    store.add_exam(room.ledger, text, str(folder / "exam.md"), by="staff")


def _mark(room: Room, part: tuple[str, str], *codes: str, points: str = "0") -> store.StoredVerdict:
    (ticket,) = [
        *store.tickets(room.ledger, room.exam, *part),
        *store.tickets(room.ledger, room.exam, *part, done=True),
    ]
    return store.mark_by_hand(room.ledger, ticket.ticket, codes, Fraction(points), marker="eve")


def _total(room: Room) -> Fraction:
    found = store.recompute(room.ledger, room.exam, "ada")
    assert found.differences == ()
    assert found.total == store.marks(room.ledger, room.ids["ada"]).total
    return found.total


def test_the_rubric_of_the_exam_file_marks_under_its_caps(sat: Sit) -> None:
    room = sat(WRITTEN, w_answer="The rate and the start.")
    assert [one.code for one in store.rubric(room.ledger, room.exam, "w", "answer")] == [
        "rate",
        "start",
        "labels",
        "noise",
    ]
    (ticket,) = store.tickets(room.ledger, room.exam, "w", "answer")
    assert "Why does it not learn?" in ticket.prompt
    assert _mark(room, ("w", "answer"), "rate", "start", "noise").points == 2
    assert _total(room) == 2
    done = _mark(room, ("w", "answer"), "rate", "start", "labels")
    assert (done.points, done.assessed.status) == (Fraction(3), "marked")
    assert _total(room) == 3


def test_a_rubric_changed_in_the_exam_file_counts_after_a_regrade(sat: Sit, tmp_path: Path) -> None:
    room = sat(WRITTEN, w_answer="The labels.")
    _mark(room, ("w", "answer"), "labels")
    changed = WRITTEN.replace("labels are wrong, points: 1", "labels are wrong, points: 2").replace(
        "cause: 2", "cause: 1"
    )
    add(room, tmp_path, changed)
    with pytest.raises(Refused, match="a changed exam file counts after a regrade"):
        _mark(room, ("w", "answer"), "new")
    plan = store.plan_regrade(room.ledger, room.exam, reason="fairer", by="prof")
    assert [change.why for change in plan.changes] == [
        "rubric item 'labels' gives 2, not 1; the exam is version 2, not 1"
    ]
    store.apply_regrade(room.ledger, plan.id, by="prof")
    assert _total(room) == 2


def test_staff_change_an_idea_of_the_exam_file(sat: Sit) -> None:
    room = sat(WRITTEN, w_answer="The rate.")
    _mark(room, ("w", "answer"), "rate")
    store.set_rubric_item(room.ledger, room.exam, "w", "answer", "rate", "The rate is small", Fraction(1), "eve")
    plan = store.plan_regrade(room.ledger, room.exam, reason="fairer", by="prof")
    assert plan.lose == {"ada": Fraction(1)}
    store.apply_regrade(room.ledger, plan.id, by="prof")
    assert _total(room) == 1


def test_points_for_all_statements_together_wait_for_the_one_that_a_person_decides(sat: Sit) -> None:
    room = sat(_statements("all or nothing", told("true"), told("nothing")), s_i="true", s_ii="true")
    assert room.points("ada") == {"s_i": "0", "s_ii": "pending"}
    _mark(room, ("s", "ii"), points="2")
    assert room.points("ada") == {"s_i": "2", "s_ii": "2"}
    assert _total(room) == 4
    _mark(room, ("s", "ii"))
    assert room.points("ada") == {"s_i": "0", "s_ii": "0"}
    assert _total(room) == 0
    assert store.plan_regrade(room.ledger, room.exam, reason="nothing changed", by="prof").changes == ()


def test_a_wrong_judgement_costs_points_and_the_item_no_more_than_it_has(sat: Sit) -> None:
    room = sat(_statements("negative", told("true"), told("false")), s_i="false", s_ii="false")
    assert room.points("ada") == {"s_i": "-2", "s_ii": "2"}
    assert _total(room) == 0
    store.add_ruling(room.ledger, room.exam, "s", "i", "false", Fraction(0), reason="unclear", by="prof")
    plan = store.plan_regrade(room.ledger, room.exam, reason="a ruling", by="prof")
    assert plan.gain == {"ada": Fraction(2)}
    store.apply_regrade(room.ledger, plan.id, by="prof")
    assert _total(room) == 2


def test_what_all_is_lost_is_not_gained_where_the_least_holds(sat: Sit) -> None:
    room = sat(_statements("negative", told("true"), told("true")), s_i="false", s_ii="false")
    assert room.points("ada") == {"s_i": "-2", "s_ii": "-2"}
    store.add_ruling(room.ledger, room.exam, "s", "i", "false", Fraction(0), reason="unclear", by="prof")
    plan = store.plan_regrade(room.ledger, room.exam, reason="a ruling", by="prof")
    assert (len(plan.changes), plan.gain) == (1, {})  # −4 and −2 both come to the least, 0


def test_all_true_statements_are_listed_at_once(sat: Sit) -> None:
    room = sat(_statements("per option", told("true"), told("false")), s_true="i")
    assert room.points("ada") == {"s_i": "2", "s_ii": "2"}
    assert [one.assessed.response for one in store.verdicts(room.ledger, room.ids["ada"])] == ["true", "false"]
    assert store.progress(room.ledger, room.exam)[0].answered == 1
    assert _total(room) == 4
