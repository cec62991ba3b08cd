"""Papers and keys in a folder: one of each for every candidate, one candidate in memory at a time."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from gradus.countersigning import Countersigned, countersign
from gradus.errors import Fault
from gradus.exam import Exam
from gradus.export.files import file_name, make_file, write_text
from gradus.paper import Paper, draw, from_data
from gradus.render.pages import key_page, paper_page

LARGEST_PAPER = 5_000_000


def read_secret(folder: Path) -> bytes:
    """Return the secret kept in a folder; the first time one is made."""
    path = folder / "secret.txt"
    try:
        if not path.exists():
            make_file(path, secrets.token_hex(32) + "\n")
        secret = path.read_bytes().strip()
    except OSError as error:
        raise Fault(str(path), "secret", None, f"cannot be used: {error.strerror}", "check the file's rights") from None
    if not secret:
        raise Fault(str(path), "secret", None, "is empty", "restore it; without it papers cannot be drawn again")
    return secret


def draw_papers(
    exam: Exam, candidates: Iterable[str], folder: Path, secret: bytes, formats: str, *, replace: bool
) -> Iterator[str]:
    """Draw and write a paper and its key for each candidate; yield each when it is written.

    Raises:
        Fault: when a key is not countersigned, or a paper drawn before would change.
    """
    for candidate in candidates:
        paper = draw(exam, candidate, secret)
        keys = {item: countersign(variant) for item, variant in paper.variants.items()}
        for item, signed in keys.items():
            if not signed.ready:
                why = signed.problem or "key and witness differ"
                rule = f"is not countersigned for {candidate}: {why}"
                raise Fault(exam.file, item, None, rule, "run `gradus audit`; no paper is drawn with such a key")
        _write(exam, paper, keys, folder, formats, replace=replace)
        yield candidate


def _write(
    exam: Exam, paper: Paper, keys: dict[str, Countersigned], folder: Path, formats: str, *, replace: bool
) -> None:
    name = file_name(paper.candidate)
    text = json.dumps(paper.to_json(), ensure_ascii=False, indent=1) + "\n"
    stored = folder / "papers" / f"{name}.json"
    if not replace and _read_stored(stored) not in {None, text.encode()}:
        rule = "was drawn before and would come out otherwise now"
        raise Fault(str(stored), "paper", None, rule, "keep it, draw into another folder, or give --replace")
    # the paper itself is always stored: grading replays it
    write_text(stored, text)
    write_text(
        folder / "keys" / f"{name}.json", json.dumps(_key_json(paper, keys), ensure_ascii=False, indent=1) + "\n"
    )
    if formats in {"html", "both"}:
        write_text(folder / "papers" / f"{name}.html", paper_page(exam, paper))
        write_text(folder / "keys" / f"{name}.html", key_page(exam, paper, keys))


def _read_stored(path: Path) -> bytes | None:
    """Return a paper drawn before, whatever has become of it, or None when there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Fault(str(path), "paper", None, f"cannot be read: {error.strerror}", "move it away") from None


def _key_json(paper: Paper, keys: dict[str, Countersigned]) -> dict[str, object]:
    questions = [
        {
            "item": item,
            "key": {part: str(answer) for part, answer in signed.key.items()},
            "witness": {part: str(answer) for part, answer in signed.witness.items()},
            "countersigned": signed.complete,
            "working": paper.variants[item].working(),
        }
        for item, signed in keys.items()
    ]
    return {"exam": paper.exam, "candidate": paper.candidate, "questions": questions}


def find_papers(exam: Exam, folder: Path | None) -> Callable[[str], Paper]:
    """Return a function from candidate to paper: stored ones, or the one paper that an exam without draws has.

    Raises:
        Fault: when papers differ between candidates and no folder is given.
    """
    if folder is not None:
        if not (folder / "papers").is_dir():
            raise Fault(str(folder), "--papers", None, "has no folder papers/", "give the folder that `draw` wrote")
        return lambda candidate: _load(folder / "papers" / f"{file_name(candidate)}.json", candidate, exam)
    for question in exam.questions:
        if question.open_fields():
            rule = f"draws {', '.join(question.open_fields())} for each candidate, so their papers are needed"
            remedy = "give --papers with the folder that `gradus draw` wrote"
            raise Fault(str(question.place), question.item, None, rule, remedy)
    variants = draw(exam, "").variants
    return lambda candidate: Paper(exam.name, candidate, variants)


def _load(path: Path, candidate: str, exam: Exam) -> Paper:
    try:
        if path.stat().st_size > LARGEST_PAPER:
            raise Fault(str(path), "paper", None, f"is larger than {LARGEST_PAPER:,} bytes", "draw it again")
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Fault(
            "", "candidate", candidate, "has no paper in this folder", "check the id, or draw a paper"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise Fault(str(path), "paper", None, f"cannot be read: {error}", "draw it again") from None
    paper = from_data(data, str(path))
    for field, found, wanted in (("exam", paper.exam, exam.name), ("candidate", paper.candidate, candidate)):
        if found != wanted:
            raise Fault(str(path), field, found, f"must be {wanted!r}", "give the folder that was drawn for this exam")
    return paper
