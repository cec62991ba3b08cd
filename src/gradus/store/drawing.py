"""Papers in the ledger: drawn once, kept as families and parameters, whatever becomes of the exam file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, exists, func, insert, select

from gradus.family import Family
from gradus.grading import signed
from gradus.paper import Paper, draw, from_data
from gradus.questions import Statements, WrittenAnswer
from gradus.questions.statements import TOGETHER
from gradus.store.columns import to_json
from gradus.store.ledger import Ledger, reading, writing
from gradus.store.nouns import Problem, StoredPaper
from gradus.store.people import candidate_in, candidates_of
from gradus.store.refusals import Refused
from gradus.store.tables import candidates, papers, starts
from gradus.store.trail import record
from gradus.store.versions import acceptances_in, current_version, exam_version, hash_text


def draw_paper(ledger: Ledger, candidate_id: int, secret: bytes, by: str) -> StoredPaper:
    """Return a candidate's paper; it is drawn from the exam's current version unless that was done before.

    Items whose keys are not countersigned are named in `problems`; such a paper is started only when staff accept them.
    """
    with reading(ledger) as connection:
        candidate_in(connection, candidate_id)
        known = latest_paper(connection, candidate_id)
    return known or _draw(ledger, candidate_id, secret, by, 1)


def redraw_paper(ledger: Ledger, candidate_id: int, secret: bytes, by: str) -> StoredPaper:
    """Draw a candidate's paper anew from the exam's current version, as long as nobody has seen it.

    Raises:
        Refused: "changed" when the candidate has started.
    """
    with reading(ledger) as connection:
        candidate_in(connection, candidate_id)
        known = latest_paper(connection, candidate_id)
    return _draw(ledger, candidate_id, secret, by, known.number + 1 if known else 1)


def draw_papers(ledger: Ledger, exam: str, secret: bytes, by: str) -> Iterator[StoredPaper]:
    """Draw a paper for everyone on the roster who has none; yield each when it is on disk."""
    for candidate in candidates_of(ledger, exam):
        with reading(ledger) as connection:
            known = latest_paper(connection, candidate.id)
        if known is None:
            yield _draw(ledger, candidate.id, secret, by, 1)


def _draw(ledger: Ledger, candidate_id: int, secret: bytes, by: str, number: int) -> StoredPaper:
    with reading(ledger) as connection:
        who = candidate_in(connection, candidate_id)
        version = current_version(connection, who.exam)
    # drawn and countersigned outside of the writing transaction: it takes time, and others wait for their turn
    paper = draw(version.read(), who.candidate, secret)
    data = to_json(paper.to_json())
    problems = [[item, why] for item, variant in paper.variants.items() if (why := doubt(variant))]
    with writing(ledger) as connection:
        lock_candidate(connection, candidate_id)
        known = latest_paper(connection, candidate_id)
        if known is not None and known.number >= number:
            return known  # another process drew it meanwhile
        if connection.execute(select(starts.c.id).where(starts.c.candidate_id == candidate_id)).first() is not None:
            raise Refused("changed", "paper", who.candidate, "has been started", "it stays as it is")
        row = {"candidate_id": candidate_id, "number": number, "version_id": version.id, "paper": data}
        row |= {"hash": hash_text(data), "problems": problems, "by": by, "at": ledger.now()}
        connection.execute(insert(papers), row)
        said = {"number": number, "version": version.version, "hash": row["hash"]}
        record(connection, ledger, "paper drawn", by, exam=who.exam, candidate_id=candidate_id, data=said)
        stored = latest_paper(connection, candidate_id)
        assert stored is not None
        return stored


def doubt(variant: Family) -> str:
    """Return why a variant's key is not countersigned, or nothing.

    What a person marks by design has no key to be countersigned; a statement that the evidence leaves undecided has one
    that is not. A rubric is an author's own, whatever the evidence says of its ideas: the audit tells.
    """
    if isinstance(variant, WrittenAnswer):
        return ""
    unsigned = signed(variant).unsigned
    if len(set(unsigned.values())) == 1:
        return next(iter(unsigned.values()))
    return "; ".join(f"{part}: {why}" for part, why in unsigned.items())


def count_outdated(ledger: Ledger, exam: str) -> int:
    """Return how many papers nobody has seen are drawn from an older version of the exam."""
    newest = select(func.max(papers.c.id)).join(candidates, candidates.c.id == papers.c.candidate_id)
    newest = newest.where(candidates.c.exam == exam).group_by(papers.c.candidate_id)
    begun = exists().where(starts.c.candidate_id == papers.c.candidate_id)
    with reading(ledger) as connection:
        version = current_version(connection, exam)
        old = select(func.count()).where(papers.c.id.in_(newest), papers.c.version_id != version.id, ~begun)
        return int(connection.execute(old).scalar_one())


def lock_candidate(connection: Connection, candidate_id: int) -> None:
    """Let one transaction at a time write for a candidate."""
    connection.execute(select(candidates.c.id).where(candidates.c.id == candidate_id).with_for_update())


def latest_paper(connection: Connection, candidate_id: int) -> StoredPaper | None:
    """Return a candidate's paper inside a transaction, if there is one."""
    found = select(papers).where(papers.c.candidate_id == candidate_id).order_by(papers.c.number.desc()).limit(1)
    row = connection.execute(found).first()
    return None if row is None else make_paper(row)


def make_paper(row: Row[Any]) -> StoredPaper:
    """Return a row of papers with its variants rebuilt."""
    problems = tuple(Problem(item, why) for item, why in row.problems)
    paper = _rebuild(row.paper, row.id)
    return StoredPaper(row.id, row.candidate_id, row.number, row.version_id, paper, row.hash, problems, row.at)


@lru_cache(maxsize=1024)
def _rebuild(text: str, paper_id: int) -> Paper:
    return from_data(json.loads(text), f"paper {paper_id}")


def paper_of(ledger: Ledger, candidate_id: int) -> StoredPaper:
    """Return a candidate's paper.

    Raises:
        Refused: "no_paper".
        Fault: when this Gradus knows its families no longer.
    """
    with reading(ledger) as connection:
        known = latest_paper(connection, candidate_id)
    if known is None:
        raise Refused("no_paper", "paper", None, "was not drawn for this candidate", "draw it")
    return known


def unaccepted(ledger: Ledger, candidate_id: int) -> tuple[Problem, ...]:
    """Return the items of a candidate's paper whose keys are not countersigned and that nobody has accepted."""
    with reading(ledger) as connection:
        known = latest_paper(connection, candidate_id)
        if known is None:
            return ()
        candidate_in(connection, candidate_id)  # refuses those who were taken off
        return open_problems(connection, known)


def open_problems(connection: Connection, paper: StoredPaper) -> tuple[Problem, ...]:
    """Return the same inside a transaction; what an audit has decided since the paper was drawn is no problem now."""
    if not paper.problems:
        return ()
    words = acceptances_in(connection, exam_version(connection, paper.version_id))
    accepted = {word.item for word in words if word.holds}
    return tuple(
        problem
        for problem in paper.problems
        if problem.item not in accepted and doubt(paper.paper.variants[problem.item])
    )


def parts_of(connection: Connection, ledger: Ledger, paper_id: int) -> Mapping[str, tuple[str, ...]]:
    """Return where a candidate may write on a paper: item → parts."""
    known = ledger.parts.get(paper_id)
    if known is None:
        row = connection.execute(select(papers).where(papers.c.id == paper_id)).one()
        known = {item: _writable(variant) for item, variant in make_paper(row).paper.variants.items()}
        ledger.parts[paper_id] = known
    return known


def _writable(variant: Family) -> tuple[str, ...]:
    """Return where a candidate may write: the parts, and for statements also a list of all true ones."""
    return (*variant.parts, *([TOGETHER] if isinstance(variant, Statements) else []))
