"""A file of marks that people gave: one JSON object a line, written at once, so that what is marked stays marked."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, final

from gradus.errors import Fault
from gradus.family import Family
from gradus.handmarks.identity import identify, texts_of
from gradus.questions import WrittenAnswer
from gradus.responses.lines import read_lines
from gradus.verdict import Decided

EXAMPLE = '{"answer": "…", "item": "2a", "part": "answer", "ideas": ["rate"]} or "points": "3/2"'
LONGEST_NOTE = 2_000
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9}|/[1-9]\d{0,8})?")
_ANSWER = re.compile(r"[0-9a-f]{32}")


@final
@dataclass(frozen=True, slots=True)
class HandMark:
    """What a person gave a response: the ideas of its rubric that it holds, or points.

    Attributes:
        answer: the response, by `identify`.
        ideas: names of ideas; their points are counted anew whenever the rubric's change.
        points: of the part, where no ideas are named.
        note: for the one who wrote it.
    """

    answer: str
    item: str
    part: str
    ideas: tuple[str, ...] = ()
    points: Fraction | None = None
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the mark as JSON data."""
        given = {"ideas": list(self.ideas)} if self.points is None else {"points": str(self.points)}
        note = {"note": self.note} if self.note else {}
        return {"answer": self.answer, "item": self.item, "part": self.part, **given, **note}

    def decide(self, variant: Family, worth: Fraction) -> Decided:
        """Return what the mark comes to.

        Args:
            variant: the question as it was asked.
            worth: points of the part.

        Raises:
            Fault: for points beyond what the part is worth, or an idea that its rubric no longer has.
        """
        if self.points is not None:
            if self.points > worth:
                rule = f"must be at most {_shown(worth)}"
                raise Fault("", "points", str(self.points), rule, f"mark {self.item} {self.part} again")
            said = f"A person gave {_shown(self.points)} of {_shown(worth)} points."
            return Decided(self.points / worth, f"{said} {self.note}".strip())
        if not isinstance(variant, WrittenAnswer):
            raise Fault("", "ideas", list(self.ideas), f"belong to a rubric, and {self.item} has none", "give points")
        known = {idea.name: idea.idea for idea in variant.ideas}
        for name in self.ideas:
            if name not in known:
                rule = f"is no longer an idea of {self.item}"
                raise Fault("", "ideas", name, rule, "put it back, or mark the answer again")
        share = variant.rubric.points(self.ideas) / variant.most
        found = "; ".join(known[name] for name in self.ideas) or "none of the ideas asked for"
        said = f"A person gave {_shown(share * worth)} of {_shown(worth)} points for: {found}."
        return Decided(share, f"{said} {self.note}".strip())


HandMarks = Mapping[str, HandMark]


def decide_by_hand(
    exam: str, item: str, variant: Family, responses: Mapping[str, str], worth: Mapping[str, Fraction], marks: HandMarks
) -> tuple[dict[str, Decided], dict[str, str]]:
    """Return what people decided of the responses to one question, and why a mark cannot be used any more."""
    decided: dict[str, Decided] = {}
    unusable: dict[str, str] = {}
    for part, text in texts_of(variant, responses).items() if marks else ():
        mark = marks.get(identify(exam, item, variant, part, text)) if text.strip() and part in worth else None
        if mark is not None:
            try:
                decided[part] = mark.decide(variant, worth[part])
            except Fault as fault:
                unusable[part] = str(fault)
    return decided, unusable


def _shown(points: Fraction) -> str:
    return f"{float(points):g}"


def append_mark(path: Path, mark: HandMark) -> None:
    """Add a mark to the file; on disk before the next answer is shown.

    Raises:
        Fault: when the folder or the disk does not take it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            if file.tell() and _is_cut(file):  # a process that was killed in the middle of a line
                file.write(b"\n")
            file.write(json.dumps(mark.to_json(), ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        rule = f"cannot be written: {error.strerror or 'unknown error'}"
        raise Fault(str(path), "file", None, rule, "check the folder, its rights and the disk") from None


def _is_cut(file: Any) -> bool:
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) != b"\n")


def read_marks(path: Path, report: Callable[[Fault], object] | None = None) -> dict[str, HandMark]:
    """Return the marks of a file by answer; of two for one answer the later counts.

    Args:
        path: the file.
        report: told of each faulty line, which costs only itself; without it the first is raised.

    Raises:
        Fault: when the file cannot be opened.
    """
    found: dict[str, HandMark] = {}
    for mark in _read(path):
        if not isinstance(mark, Fault):
            found[mark.answer] = mark
        elif report is None:
            raise mark
        else:
            report(mark)
    return found


def _read(path: Path) -> Iterable[HandMark | Fault]:
    for number, text in read_lines(path):
        if isinstance(text, Fault):
            yield text
        elif text.strip():
            yield _read_line(text, f"{path}:{number}")


def _read_line(text: str, where: str) -> HandMark | Fault:
    try:
        data = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return Fault(where, "line", text, "is not JSON", f"write one line {EXAMPLE} a mark")
    if not isinstance(data, dict) or not all(isinstance(data.get(name), str) for name in ("answer", "item", "part")):
        return Fault(where, "line", text, "must have answer, item and part", f"write one line {EXAMPLE} a mark")
    if not _ANSWER.fullmatch(data["answer"]):
        return Fault(where, "answer", data["answer"], "must be what `gradus mark` wrote", "mark it again")
    if ("ideas" in data) == ("points" in data):
        return Fault(where, "line", text, "must have either ideas or points", f"write one line {EXAMPLE} a mark")
    note = data.get("note", "")
    if not isinstance(note, str) or len(note) > LONGEST_NOTE:
        return Fault(where, "note", note, f"must be a text of up to {LONGEST_NOTE} characters", "shorten it")
    if "points" in data:
        if not _NUMBER.fullmatch(str(data["points"])):
            return Fault(where, "points", data["points"], "must be a number from 0", "write 1.5 or 3/2")
        return HandMark(data["answer"], data["item"], data["part"], (), Fraction(str(data["points"])), note)
    ideas = data["ideas"]
    if not isinstance(ideas, list) or not all(isinstance(name, str) for name in ideas):
        return Fault(where, "ideas", ideas, "must be a list of names", 'write ["rate"]')
    return HandMark(data["answer"], data["item"], data["part"], tuple(dict.fromkeys(ideas)), None, note)
