"""Pages: what they say, and that nothing of an author's or a candidate's can run in them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gradus import exam as exams
from gradus import paper
from gradus.audit import audit
from gradus.claim import Effort, Level
from gradus.countersigning import countersign
from gradus.render.markup import to_html
from gradus.render.pages import audit_page, key_page, paper_page
from gradus.render.plain import to_plain

MIDTERM = exams.read(Path(__file__).parents[2] / "exams" / "midterm.md")
HOSTILE = """---
title: "<script>alert(1)</script>"
points: 2
---
# 1 <img src=x onerror=alert(1)> (2 points)

<script>alert(2)</script> [x](javascript:alert(3))

```conv_layer
id: 1.i
points: 2
```
"""


class _Balance(HTMLParser):
    """Checks that what is opened is closed, in order."""

    VOID = frozenset({"meta", "link", "br", "img", "hr", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)
        assert not any((value or "").startswith("javascript:") for _, value in attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _check(page: str) -> set[str]:
    parser = _Balance()
    parser.feed(page)
    assert parser.open == []
    return parser.tags


def test_the_audit_page_shows_every_part_and_what_is_wrong() -> None:
    found = audit(MIDTERM, effort=Effort(Level.QUICK))
    page = audit_page(found)
    _check(page)
    assert page.count("<tr class=") == len(found.parts) > 29
    assert page.count('<td class="wrong">wrong') == found.counts()["wrong"] >= 4
    assert "⌊(128 + 2·0 − 3)/1⌋ + 1 = 126" in page


def test_a_paper_holds_no_key() -> None:
    drawn = paper.draw(MIDTERM, "ada")
    page = paper_page(MIDTERM, drawn)
    assert "math" in _check(page)
    for secret in ("1792", "75648", "1290", "126 × 126"):
        assert secret not in page


def test_a_key_page_shows_key_witness_and_working() -> None:
    drawn = paper.draw(MIDTERM, "ada")
    page = key_page(MIDTERM, drawn, {item: countersign(variant) for item, variant in drawn.variants.items()})
    _check(page)
    assert "<b>126 × 126 × 64</b>" in page
    assert "(3·3·3 + 1)·64 = 1792" in page


def test_an_authors_html_is_shown_and_never_run() -> None:
    exam = exams.parse(HOSTILE)
    for page in (paper_page(exam, paper.draw(exam, "<script>")), audit_page(audit(exam))):
        assert not {"script", "img", "iframe"} & _check(page)
        assert "javascript:alert" not in re.sub(r"\[x\]\(javascript:alert\(3\)\)", "", page)


def test_every_page_forbids_scripts_and_outside_sources() -> None:
    assert "default-src 'none'" in audit_page(audit(MIDTERM, effort=Effort(Level.QUICK)))


@pytest.mark.parametrize("latex", [r"\frac{", r"\unknown{x}", "}", "x^{", "&", r"\begin{matrix}"])
def test_maths_that_cannot_be_set_is_shown_as_it_was_written(latex: str) -> None:
    assert to_html(f"a ${latex}$ b").startswith("<p>a ")


def test_maths_reads_in_a_terminal() -> None:
    assert to_plain(r"$\lfloor 3 \times 2 \rfloor \le 7$") == "⌊3 × 2 ⌋ ≤ 7"
    assert (
        to_plain(r"$(W^{[l+1]})^\top \frac{\partial L}{\partial z^{[l+1]}} \odot g'(z)$")
        == "(W^[l+1])ᵀ ∂L/∂z^[l+1] ⊙ g'(z)"
    )
    assert to_plain(r"$\mathrm{sign}(w_i^*)\max(|w_i^*|-\alpha/H_{ii},0)$") == "sign(w_i*)max(|w_i*|-α/H_ii,0)"
    assert to_plain(r"$\unknown{x}$") == r"\unknown{x}"


@pytest.mark.parametrize(
    ("points", "text"), [("100.25", "100.25"), ("12345.5", "12345.5"), ("1/3", "0.333"), ("20000", "20000")]
)
def test_points_of_any_size_are_shown_in_digits(points: str, text: str) -> None:
    exam = exams.parse(f"---\ntitle: T\npoints: {points}\n---\n```conv_layer\nid: a\npoints: {points}\n```\n")
    page = paper_page(exam, paper.draw(exam, "ada", b""))
    assert page.count(f"{text} points") == 2
