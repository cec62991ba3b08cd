"""A question that builds on others is about the same networks, or the audit says so."""

from __future__ import annotations

from pathlib import Path

from gradus import exam as exams
from gradus.audit import audit

_WHOLE = (Path(__file__).parents[2] / "exams" / "midterm.md").read_text(encoding="utf-8")
_THIRD = _WHOLE[_WHOLE.index("# 3 ") : _WHOLE.index("# 4 ")]  # what builds on others; the rest takes long to audit
MIDTERM = f"---\ntitle: Architectures\npoints: 20\n---\n\n{_THIRD}"


def _findings(text: str) -> list[str]:
    return [f"{one.item}: {one.message}" for one in audit(exams.parse(text)).paper if one.kind == "follows"]


def test_the_midterm_follows_its_own_networks() -> None:
    assert _findings(MIDTERM) == []


def test_right_answers_about_other_networks_are_found() -> None:
    crossed = MIDTERM.replace("iv: 3.iv.shape, v: 3.v.shape", "iv: 3.iv.shape, v: 3.iii.shape")
    (message,) = _findings(crossed.replace("vi: 3.vi.shape", "vi: 3.iv.shape"))
    assert message == (
        "3.vii: right answers to what it follows (iv = 14 × 14 × 64, v = 64 × 64 × 32, vi = 14 × 14 × 64) "
        "lead to parameters 125450, and its key is 1290"
    )


def test_networks_drawn_apart_are_found() -> None:
    head, tail = MIDTERM.split("nets:\n")
    drawn = f"{head}{tail[tail.index('follows:') :].split('}')[0]}}}\n```\n".replace("{iv:", "{a:")
    drawn = drawn.replace("v: 3.v.shape, vi: 3.vi.shape", "b: 3.v.shape, c: 3.vi.shape")
    (message,) = _findings(drawn)
    assert message.startswith("3.vii: right answers to what it follows (a = 14 × 14 × 64, b = 16 × 16 × 16, c = 2 × 2")


def test_a_label_that_is_no_network_is_found() -> None:
    misspelt = MIDTERM.replace("follows: {iv: 3.iv.shape", "follows: {4: 3.iv.shape")
    assert _findings(misspelt) == ["3.vii: follows 4, which none of its parts uses: it knows iv, v, vi"]
    fruitless = MIDTERM.replace("filters: 32\npool: 2", "filters: 32\nfollows: {v: 3.v.shape}\npool: 2")
    assert fruitless != MIDTERM
    assert _findings(fruitless) == ["3.vi: follows v, which none of its parts uses: it builds on no earlier question"]
