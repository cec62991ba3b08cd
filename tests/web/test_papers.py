"""Papers: served when their keys are countersigned or accepted, drawn anew until they are seen, reopened by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradus import store
from gradus.countersigning import countersign
from gradus.web.room import Room
from gradus.web.staff import auditing
from gradus.web.staff.apart import audit_exam
from tests.web.rooms import EXAM, Browser, Clock, open_exam
from tests.web.test_staff import wait_for_jobs

Browsers = Callable[[], Browser]


def test_no_paper_with_an_uncountersigned_key_begins_until_staff_accept_it_by_name(
    room: Room, browser: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gradus.answers import Count
    from gradus.families.conv_layer import ConvLayer

    right = ConvLayer.witness
    monkeypatch.setattr(ConvLayer, "witness", lambda self: {**right(self), "parameters": Count(1)})
    # the audit's own process would not know of that
    monkeypatch.setattr(auditing, "audit_apart", lambda text, file: iter([audit_exam(text, file, str)]))
    # papers that no other test draws: what is countersigned once is remembered
    list(store.draw_papers(room.ledger, room.name, b"another secret", "tests"))
    open_exam(room)
    candidate, staff = browser(), browser()
    assert "Your paper is being checked by the staff" in candidate.enter("ada").text
    assert candidate.post("/exam/start").status_code == 400
    staff.enter_as_staff("Grace")
    staff.post("/staff/audit")
    wait_for_jobs(room)
    assert "<strong>1.a</strong> is not countersigned" in staff.get("/staff/audit").text
    assert "cannot begin" in staff.get("/staff/preview/ada").text
    assert staff.post("/staff/accept", {"item": "1.a", "reason": " "}).status_code == 422
    assert (
        "Accepted by Grace: checked by hand"
        in staff.post("/staff/accept", {"item": "1.a", "reason": "checked by hand"}).text
    )
    candidate.get("/exam")
    assert "Time left" in candidate.post("/exam/start").text


def test_an_acceptance_holds_for_the_item_that_was_seen_and_not_for_what_becomes_of_it(
    room: Room, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gradus.answers import Count
    from gradus.families.conv_layer import ConvLayer

    right = ConvLayer.witness
    monkeypatch.setattr(ConvLayer, "witness", lambda self: {**right(self), "parameters": Count(1)})
    monkeypatch.setattr("gradus.store.drawing.signed", countersign)  # what is countersigned once is remembered

    def waiting(secret: bytes) -> list[str]:
        store.redraw_paper(room.ledger, room.candidate_id("ada"), secret, "tests")
        return [problem.item for problem in store.unaccepted(room.ledger, room.candidate_id("ada"))]

    def edit(text: str) -> None:
        clock.wait(minutes=1)
        store.add_exam(room.ledger, text, "short.md", "tests")
        clock.wait(minutes=1)

    def holding() -> list[bool]:
        return [word.holds for word in store.acceptances(room.ledger, room.name)]

    store.draw_paper(room.ledger, room.candidate_id("ada"), b"one", "tests")
    assert waiting(b"two") == ["1.a"]
    store.accept(room.ledger, room.name, "1.a", "we checked it", "Grace")
    assert (waiting(b"three"), holding()) == ([], [True])
    edit(EXAM.replace("```conv_layer", "A word before.\n\n```conv_layer", 1))
    assert (waiting(b"four"), holding()) == ([], [True])
    edit(EXAM.replace("stride: 2", "stride: 1"))
    assert (waiting(b"five"), holding()) == (["1.a"], [False])
    store.accept(room.ledger, room.name, "1.a", "this one too", "Grace")
    assert (waiting(b"six"), holding()) == ([], [False, True])


def test_papers_that_nobody_has_seen_are_drawn_anew_from_an_edited_exam(room: Room, browser: Browsers) -> None:
    open_exam(room)
    browser().start("ada")
    staff = browser()
    staff.enter_as_staff()
    room.file.write_text(EXAM.replace("stride: 2", "stride: 1"), encoding="utf-8")
    page = staff.post("/staff/reread").text
    assert "2 papers that nobody has seen are of an older version" in page
    staff.post("/staff/papers", {"anew": "yes"})
    wait_for_jobs(room)
    versions = [store.paper_of(room.ledger, room.candidate_id(name)).version_id for name in ("ada", "alan", "kurt")]
    assert versions == [1, 2, 2]
    assert "older version" not in staff.get("/staff").text


def test_who_handed_in_by_mistake_goes_on_by_someones_word(room: Room, browser: Browsers) -> None:
    open_exam(room)
    ada, staff = browser(), browser()
    ada.start("ada")
    ada.save(shape="1 x 2 x 3")
    ada.get("/exam/hand-in")
    ada.post("/exam/hand-in")
    staff.enter_as_staff("Grace")
    assert "Let ada go on" in staff.get("/staff/preview/ada").text
    assert staff.post("/staff/reopen/ada").status_code == 422
    staff.get("/staff/preview/ada")
    staff.post("/staff/reopen/ada", {"reason": "pressed by mistake"})
    assert 'value="1 x 2 x 3"' in ada.get("/exam").text
    assert "pressed by mistake" in staff.get("/staff/trail").text


def test_a_text_whose_facts_are_not_countersigned_is_not_served_either(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gradus.answers import Written
    from gradus.audit import audit
    from gradus.families.shrinkage import Shrinkage

    right = Shrinkage.witness
    other = {"difference": Written((("a large weight becomes zero", True),))}
    monkeypatch.setattr(Shrinkage, "witness", lambda self: {**right(self), **other})
    monkeypatch.setattr("gradus.store.drawing.signed", countersign)  # what is countersigned once is remembered
    open_exam(room)
    unsigned = audit(store.current_exam(room.ledger, room.name).read()).unsigned
    assert [(part.item, part.part) for part in unsigned] == [("2.b", "difference")]
    problems = store.unaccepted(room.ledger, room.candidate_id("kurt"))
    assert [(one.item, one.why) for one in problems] == [("2.b", "key and witness differ")]
