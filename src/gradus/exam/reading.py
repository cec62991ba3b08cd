"""From an exam file to an Exam, reporting every fault of the file at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from gradus.errors import Fault, Faults, suggest
from gradus.exam import block, markdown, source
from gradus.exam.nouns import Exam, Question
from gradus.exam.question import read_question
from gradus.fields import decode
from gradus.nodes import Entries, Place

HEADER: Final = ("title", "points", "extra", "cover", "name", "symbols")
MOST_QUESTIONS: Final = 200  # each is drawn once when it is read, and that can take milliseconds
MOST_FAULTS: Final = 100
_NAME = re.compile(r"[\w.-]{1,100}")


def read(path: Path | str) -> Exam:
    """Read an exam file.

    Raises:
        Faults: every fault of the file, each with file, line, column, field, value, rule and remedy.
    """
    path = Path(path)
    try:
        text = source.read_text(path)
    except Fault as fault:
        raise Faults([fault]) from None
    return parse(text, str(path))


def parse(text: str, file: str = "exam.md") -> Exam:
    """Read an exam from a text; `file` names it in messages.

    Raises:
        Faults: as `read`.
    """
    try:
        pieces = markdown.take_apart(source.check_text(text, file))
    except Fault as fault:
        raise Faults([fault]) from None
    faults: list[Fault] = []
    header = _read_header(pieces, file, faults)
    content = _read_content(pieces, file, faults)
    _check_follows(content, faults)
    if not faults and not any(isinstance(piece, Question) for piece in content):
        rule, remedy = "holds no question", "add a fenced block named after a family; see `gradus families`"
        faults.append(Fault(file, "exam", None, rule, remedy))
    if faults:
        raise Faults(sorted(faults, key=_position))
    return Exam(
        header.name, header.title, header.points, header.extra, header.cover, header.symbols, tuple(content), file
    )


def _read_content(
    pieces: list[markdown.Piece], file: str, faults: list[Fault]
) -> list[markdown.Heading | markdown.Prose | Question]:
    """Read every piece but the header; faults are added to the list, until there are more than anyone reads."""
    content: list[markdown.Heading | markdown.Prose | Question] = []
    section, blocks = "", 0
    for piece in pieces:
        if isinstance(piece, markdown.Block):
            place, blocks = str(Place(file, piece.line, 1)), blocks + 1
            if blocks > MOST_QUESTIONS:
                faults.append(Fault(place, "exam", None, f"holds more than {MOST_QUESTIONS} questions", "split it"))
                break
            if len(faults) >= MOST_FAULTS:
                faults.append(Fault(place, "exam", None, "is read no further", "mend the faults so far"))
                break
            question = read_question(piece, file, section, faults)
            if question is not None:
                content.append(question)
            continue
        if isinstance(piece, markdown.Heading):
            section = piece.number
        if not isinstance(piece, markdown.Header):
            content.append(piece)
    return content


def _position(fault: Fault) -> tuple[int, ...]:
    """Order faults by line and column."""
    return tuple(int(number) for number in re.findall(r":(\d+)(?=:|$)", fault.where))


@dataclass(frozen=True, slots=True)
class _Header:
    name: str
    title: str = ""
    points: Fraction = Fraction(0)
    extra: Fraction = Fraction(0)
    cover: Fraction | None = None
    symbols: Mapping[str, str] = field(default_factory=dict)


def _read_header(pieces: list[markdown.Piece], file: str, faults: list[Fault]) -> _Header:
    """Read the YAML at the top; faults are added to the list."""
    default = _Header(Path(file).stem.encode("utf-8", "replace").decode())  # a file's name can be any bytes
    first = next((piece for piece in pieces if isinstance(piece, markdown.Header)), None)
    if first is None:
        remedy = "begin the file with ---, title: …, points: …, ---"
        faults.append(Fault(str(Place(file, 1, 1)), "header", None, "is missing", remedy))
        return default
    try:
        entries = block.parse(first.text, file, first.line)
    except Fault as fault:
        faults.append(fault)
        return default
    values: dict[str, Any] = {"name": default.name}
    for key, _ in entries:
        if key.text not in HEADER:
            faults.append(Fault(str(key.place), key.text, None, "is no field of the header", suggest(key.text, HEADER)))
            continue
        try:
            values[key.text] = _read_header_field(key.text, entries)
        except Fault as fault:
            faults.append(fault)
    missing = [name for name in ("title", "points") if entries.get(name) is None]
    faults.extend(
        Fault(str(entries.place), name, None, "is missing", f"add {name}: … to the header") for name in missing
    )
    return _Header(**values)


def _read_header_field(name: str, entries: Entries) -> object:
    node = entries.get(name)
    assert node is not None
    if name == "symbols":
        if not isinstance(node, Entries):
            raise Fault(str(node.place), name, str(node), "must be a mapping", "write one `symbol: meaning` a line")
        return {key.text: decode(str, meaning, f"symbols.{key.text}") for key, meaning in node}
    if name in {"title", "name"}:
        text: str = decode(str, node, name)
        if name == "name" and not _NAME.fullmatch(text):
            raise Fault(str(node.place), name, text, "must be letters, digits, dots and dashes", "write dl-midterm-1")
        if not text.strip():
            raise Fault(str(node.place), name, text, "must not be empty", "write a title")
        return text
    value: Fraction = decode(Fraction, node, name)
    if value < 0:
        raise Fault(str(node.place), name, str(node), "must not be negative", "write 0 or more")
    return value


def _check_follows(content: list[markdown.Heading | markdown.Prose | Question], faults: list[Fault]) -> None:
    """Demand that every answer a question builds on stands earlier and has that part."""
    earlier: dict[str, Question] = {}
    for question in content:
        if not isinstance(question, Question) or len(faults) > MOST_FAULTS:
            continue
        for label, (item, part) in question.follows.items():
            where, field = str(question.place), f"follows.{label}"
            if item not in earlier:
                remedy = suggest(item, earlier) if earlier else "name an earlier item"
                faults.append(Fault(where, field, f"{item}.{part}", "must be an earlier item", remedy))
            elif part not in earlier[item].family.parts:
                remedy = suggest(part, earlier[item].family.parts)
                faults.append(Fault(where, field, f"{item}.{part}", f"must be a part of {item}", remedy))
        earlier[question.item] = question
