"""Pages: an audit, a paper, a paper's key, a report, each one file that needs no other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from gradus.audit import Audit
from gradus.exam import Exam, Heading, Prose, Question
from gradus.paper import Paper
from gradus.render.markup import to_html
from gradus.render.plain import to_plain

if TYPE_CHECKING:
    from jinja2 import Environment

    from gradus.countersigning import Countersigned
    from gradus.report.statistics import Statistics

VERDICTS = {
    "agrees": "agrees",
    "wrong": "printed answer is wrong",
    "depends": "depends on what the question leaves open",
    "underdetermined": "several answers fit",
    "undecided": "undecided: a person decides",
    "written": "written: marked by a person",
}


@cache
def environment(package: str = "gradus.render") -> Environment:
    """Return what makes pages from the templates of a package; everything put into them is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["markdown"] = to_html
    made.filters["plain"] = to_plain
    made.filters["number"] = _number
    return made


def _number(value: Any) -> str:
    """Return points without trailing zeros, to a thousandth."""
    return f"{float(value):.3f}".rstrip("0").rstrip(".")


def fill(template: str, **values: object) -> str:
    """Return a template of ours with these values."""
    return environment().get_template(template).render(**values)


def audit_page(audit: Audit) -> str:
    """Return an audit as a page that a person would like to read."""
    items: dict[str, list[Any]] = {}
    for part in audit.parts:
        items.setdefault(part.item, []).append(part)
    return fill("audit.html", audit=audit, exam=audit.exam, items=items, verdicts=VERDICTS)


def paper_page(exam: Exam, paper: Paper) -> str:
    """Return one candidate's paper, prose and questions in the order of the exam, to read or to print."""
    return fill("paper.html", exam=exam, paper=paper, pieces=pieces_of(exam, paper), keys={}, title="Paper")


def key_page(exam: Exam, paper: Paper, keys: Mapping[str, Countersigned]) -> str:
    """Return the same paper with keys, witnesses and workings, for staff."""
    return fill("paper.html", exam=exam, paper=paper, pieces=pieces_of(exam, paper), keys=keys, title="Key")


def pieces_of(exam: Exam, paper: Paper) -> list[dict[str, object]]:
    """Return what stands on a paper's page, in order; each names its kind."""
    found: list[dict[str, object]] = []
    for piece in exam.content:
        if isinstance(piece, Heading):
            found.append({"kind": "heading", "text": piece.title, "points": piece.points})
        elif isinstance(piece, Prose):
            found.append({"kind": "prose", "text": piece.text})
        elif isinstance(piece, Question) and piece.item in paper.variants:
            variant = paper.variants[piece.item]
            found.append({"kind": "question", "question": piece, "variant": variant})
    return found


def report_page(exam: Exam, statistics: Statistics, faults: int, pending: int, plots: Mapping[str, str]) -> str:
    """Return the statistics of a graded exam with their plots."""
    return fill("report.html", exam=exam, statistics=statistics, faults=faults, pending=pending, plots=plots)
