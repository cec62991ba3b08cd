"""The paper of the candidate who is signed in, from waiting for it to the last save."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import final
from urllib.parse import quote, urlencode

from starlette.responses import RedirectResponse, Response

from gradus import store
from gradus.exam import Exam
from gradus.paper import Paper
from gradus.render.pages import pieces_of
from gradus.web import asking, reading
from gradus.web.access import CANDIDATES, Page, Visit
from gradus.web.asking import Field
from gradus.web.checking import Tried
from gradus.web.pages import show
from gradus.web.reading import Reading
from gradus.web.staff import jobs
from gradus.web.trying import wait_for

Answers = dict[str, dict[str, store.Answered]]


@final
@dataclass(frozen=True, slots=True)
class Asked:
    """A field with what is saved in it and how that was read."""

    field: Field
    text: str
    reading: Reading | None

    @property
    def chosen(self) -> frozenset[str]:
        """Return the options that are saved."""
        return frozenset(word.strip() for word in self.text.split(",") if word.strip())

    @property
    def digest(self) -> str:
        """Return what tells whether the field was changed since."""
        return asking.digest(self.text)


def me(visit: Visit) -> store.Candidate:
    """Return the candidate who is signed in: no page of theirs names one in its address."""
    return store.find_candidate(visit.room.ledger, visit.room.name, visit.visitor.name)


def my_id(visit: Visit) -> int:
    """Return the number of the candidate who is signed in."""
    return visit.room.candidate_id(visit.visitor.name)


def exam_of(visit: Visit, stored: store.StoredPaper) -> Exam:
    """Return the exam as it was when a paper was drawn: its prose and points stay what the candidate saw."""
    return visit.room.version(stored.version_id)


def ask(paper: Paper, answers: Answers, *, read: bool = True) -> dict[str, tuple[Asked, ...]]:
    """Return for each item its fields with what is saved in them."""
    asked: dict[str, tuple[Asked, ...]] = {}
    for item, variant in paper.variants.items():
        rows = []
        for field in asking.fields_of(item, variant):
            text = answers[item][field.part].text if field.part in answers.get(item, {}) else ""
            rows.append(Asked(field, text, reading.read(variant, field.part, text) if read else None))
        asked[item] = tuple(rows)
    return asked


def paper_page(visit: Visit) -> Response:
    """Show what there is to see now: when it begins, the paper, or the receipt."""
    candidate = me(visit)
    ledger = visit.room.ledger
    standing = store.standing(ledger, candidate.id)
    auditing = jobs.running(visit.room, "audit")
    if standing.state == "no_paper" and not auditing:
        store.draw_paper(ledger, candidate.id, visit.room.secret, by="room")
        standing = store.standing(ledger, candidate.id)
    if standing.state == "over":
        store.submit_overdue(ledger, visit.room.name)
        standing = store.standing(ledger, candidate.id)
    if standing.state == "submitted":
        return RedirectResponse("/exam/receipt", 303)
    schedule = store.schedule_of(ledger, visit.room.name)
    if standing.state != "sitting":
        problems = store.unaccepted(ledger, candidate.id)
        return show(
            visit,
            "waiting.html",
            candidate=candidate,
            standing=standing,
            schedule=schedule,
            problems=problems,
            auditing=auditing and visit.room.jobs["audit"],
            signed_in_until=datetime.fromtimestamp(visit.visitor.expires, UTC),
            others_ended=visit.query("others") == "ended",
        )
    return _show_paper(visit, candidate, standing)


def _show_paper(visit: Visit, candidate: store.Candidate, standing: store.Standing) -> Response:
    stored = store.paper_of(visit.room.ledger, candidate.id)
    exam = exam_of(visit, stored)
    answers = store.answers(visit.room.ledger, candidate.id)
    return show(
        visit,
        "paper.html",
        candidate=candidate,
        standing=standing,
        pieces=pieces_of(exam, stored.paper),
        asked=ask(stored.paper, answers),
        client=secrets.token_urlsafe(9),
        tried=_tried(visit, stored.paper, answers),
        saved=visit.query("saved"),
        signed_in_until=datetime.fromtimestamp(visit.visitor.expires, UTC),
        others_ended=visit.query("others") == "ended",
    )


def _tried(visit: Visit, paper: Paper, answers: Answers) -> tuple[str, Tried] | None:
    """Run the public checks that a form without scripts asks for, on what is saved."""
    name = visit.query("try")
    item, _, part = name.rpartition("/")
    if item not in paper.variants or part not in paper.variants[item].parts:
        return None
    text = answers[item][part].text if part in answers.get(item, {}) else ""
    again = f"/exam?{urlencode({'try': name})}#q-{quote(item)}"
    return name, wait_for(visit, paper.variants[item], item, part, text, again)


def start(visit: Visit) -> Response:
    """Begin: from here the candidate's own time runs."""
    store.start(visit.room.ledger, my_id(visit))
    return RedirectResponse("/exam", 303)


PAGES = (
    Page("/exam", paper_page, CANDIDATES),
    Page("/exam/start", start, CANDIDATES, ("POST",)),
)
