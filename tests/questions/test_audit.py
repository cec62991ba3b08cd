"""The audit of statements: an option is a part, with what it depends on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from gradus import exam as exams
from gradus.assertion import trust_claims
from gradus.audit import audit, readings_of
from gradus.claim import Claim, Effort, Level
from gradus.decisions import Decision, one_by_one
from tests.questions.exams import audited, read, told, write

SILENT = "the evidence decides nothing:"
TORN = (
    "the two routes disagree: the evidence says true (it says both) "
    "and the witness says false (it is heard to say both)"
)


@pytest.mark.parametrize(
    ("option", "key", "witness", "status", "note"),
    [
        (told("true", "printed: true"), "true", "true", "agrees", ""),
        (told("true"), "true", "true", "agrees", ""),
        (told("false", "printed: false"), "false", "false", "agrees", ""),
        (told("false", "printed: true"), "false", "false", "wrong", "it says false"),
        (told("true", "negated: true, printed: false"), "false", "false", "agrees", ""),
        (told("nothing", "printed: true"), "undecided", "false", "undecided", f"{SILENT} it says nothing"),
        (told("both"), "true", "false", "undecided", TORN),
        (told("crash"), "undecided", "false", "undecided", f"{SILENT} it failed with ZeroDivisionError: no"),
    ],
)  # fmt: skip
def test_a_statement_has_key_witness_printed_value_and_status(
    folder: Path, option: str, key: str, witness: str, status: str, note: str
) -> None:
    part = audited(folder, option)["i"]
    assert (part.item, part.part, int(part.points), int(part.worth)) == ("a", "i", 4, 4)
    assert (part.key, part.witness, part.status, part.depends_on, part.note) == (key, witness, status, (), note)
    assert part.countersigned == (status != "undecided")


def test_a_verdict_that_turns_with_what_the_stem_leaves_open_depends_on_it(folder: Path) -> None:
    part = audited(folder, told("true", "printed: true", given="factor: 2"))["i"]
    assert (part.key, part.witness, part.status, part.depends_on) == ("true", "true", "depends", ("turning",))
    assert part.note == "depends on turning (true for no, false for yes)"
    assert part.variants == 2


def test_an_open_assumption_that_turns_nothing_is_no_dependence(folder: Path) -> None:
    part = audited(folder, told("true", "printed: true", given="turning: no"))["i"]
    assert (part.status, part.depends_on, part.variants) == ("agrees", (), 2)


def test_what_the_stem_fixes_is_fixed_for_every_claim_that_assumes_it(folder: Path) -> None:
    option = "{claim: softmax_scaling, with: {change: scale}, printed: true}"
    left_open = audited(folder, option)["i"]
    assert (left_open.status, left_open.depends_on) == ("depends", ("compared",))
    fixed = audited(folder, option, more="with: {compared: probabilities}\n")["i"]
    assert (fixed.status, fixed.key) == ("wrong", "false")


def test_none_of_these_follows_from_the_others(folder: Path) -> None:
    none = "{claim: none of these, printed: true}"
    assert audited(folder, told("false"), told("false"), none)["iii"].status == "agrees"
    one_holds = audited(folder, told("false"), told("true"), none)["iii"]
    assert (one_holds.key, one_holds.witness, one_holds.status) == ("false", "false", "wrong")
    open_ = audited(folder, told("false"), told("nothing"), none)["iii"]
    assert (open_.key, open_.status, open_.countersigned) == ("undecided", "undecided", False)
    turning = audited(folder, told("false", given="factor: 2"), none)["ii"]
    assert (turning.key, turning.status, turning.depends_on) == ("true", "depends", ("turning",))
    firm = audited(folder, told("true"), told("false", given="factor: 2"), none)["iii"]
    assert (firm.key, firm.status, firm.depends_on) == ("false", "wrong", ())


def test_of_a_pool_every_statement_is_audited_and_worth_what_one_on_a_paper_is(folder: Path) -> None:
    parts = audited(folder, told("true"), told("false"), told("false"), more="draw: 2\nshuffle: true\n")
    assert list(parts) == ["i", "ii", "iii"]
    assert all(part.status == "agrees" and part.worth == 2 for part in parts.values())


def test_a_printed_value_that_holds_for_some_of_what_is_drawn_depends_on_it(folder: Path) -> None:
    given = '{says: {among: ["true", "false"]}, turning: no, factor: 2}'
    option = f'{{claim: "./own.py:Told", text: "It says {{says}}.", printed: true, with: {given}}}'
    part = audited(folder, option)["i"]
    assert (part.status, part.depends_on, part.note) == ("depends", ("says",), "it holds for some of what is drawn")


@pytest.mark.parametrize(
    ("claim", "note"),
    [
        ("./none.py:Told", "names a file that is not there; write a path from the exam file"),
        ("./own.py:Tolf", "names a claim that own.py does not define; did you mean 'told'?"),
        ("./bad.py:Told", "cannot be run: RuntimeError: half written; run the file with Python and mend it"),
    ],
)  # fmt: skip
def test_an_own_claim_that_is_missing_or_faulty_is_told_and_harms_no_other(folder: Path, claim: str, note: str) -> None:
    (folder / "bad.py").write_text("raise RuntimeError('half written')")
    parts = audited(folder, f'{{claim: "{claim}", text: Something.}}', told("true"))
    assert (parts["i"].status, parts["i"].key) == ("undecided", "none")
    assert parts["i"].note == f"{folder}/{claim[2:].split(':')[0]}: claim = {claim!r} {note}"
    assert parts["ii"].status == "agrees"


def test_reading_an_exam_runs_no_file_of_the_author(folder: Path) -> None:
    (folder / "own.py").write_text("raise RuntimeError('was run')")
    exam = exams.read(write(folder, told("true")))
    part = audit(exam).parts[0]
    assert part.status == "undecided"
    assert part.note == (
        "claim = './own.py:Told' is a claim of an author's own, and only the author's own commands run it; "
        "run `gradus audit` or `gradus grade` where the exam is"
    )


def test_every_reading_that_an_audit_needs_is_known_beforehand_and_listed_once(folder: Path) -> None:
    exam = read(write(folder, told("true", given=""), told("true", given="")))
    readings = readings_of(exam)
    assert len(readings) == len(set(readings)) == 3  # the usual one, the other turning, the other factor
    asked: list[tuple[tuple[Claim, ...], Effort]] = []

    def settle(claims: Iterable[Claim], effort: Effort) -> Mapping[Claim, Decision]:
        asked.append((tuple(claims), effort))
        return one_by_one(asked[0][0], effort)

    audit(exam, effort=Effort(Level.QUICK, 7), settle=settle)
    assert asked == [(readings, Effort(Level.QUICK, 7))]


def test_an_audit_that_goes_on_decides_nothing_twice(folder: Path) -> None:
    path = write(folder, told("true"))
    trust_claims(path)
    audit(exams.read(path))
    kept = {file: file.stat().st_mtime_ns for file in (folder / "cache").rglob("*.json")}
    assert kept
    audit(exams.read(path))
    assert {file: file.stat().st_mtime_ns for file in (folder / "cache").rglob("*.json")} == kept
