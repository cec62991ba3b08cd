"""Faulty blocks of statements and of written answers, each with its place, rule and remedy."""

from __future__ import annotations

import pytest

from gradus import claims, exam
from gradus.errors import Faults

HEADER = "---\ntitle: A test\npoints: 2\n---\n"
STATEMENTS = """```statements
id: 1
points: 2
stem: Which hold?
options:
  - claim: softmax_scaling
    with: {change: scale}
    printed: false
  - claim: none of these
```
"""
WRITTEN = """```written
id: 1
points: 2
stem: Why?
ideas:
  - {id: one, idea: The first, words: [first|foremost]}
  - {id: two, idea: The second, group: other}
rejected:
  - {id: three, idea: The third, reason: It is not so}
at_most: {other: 1}
```
"""
CLAIMS = f"known are {', '.join(sorted(claims.names()))}"


def messages(text: str) -> list[str]:
    with pytest.raises(Faults) as caught:
        exam.parse(HEADER + text, "a.md")
    return [str(fault) for fault in caught.value.faults]


def test_the_two_examples_are_without_fault() -> None:
    assert len(exam.parse(HEADER + STATEMENTS + WRITTEN.replace("id: 1", "id: 2"), "a.md").questions) == 2


COUNT = "must be a list of 1 to 39 statements; write one `- claim: …` a statement"
OWN = "must lead to a claim in a file beside the exam; write ./my_claims.py:MyClaim"
CASES: dict[str, tuple[str, str, str]] = {
    # what is replaced, by what, and what is said of it
    "unknown entry": ("stem: Which hold?", "stam: x", "a.md:8:1: stam is no entry of statements; did you mean 'stem'?"),
    "no options": ("options:\n", "optionen:\n", "a.md:5:1: options is missing; add options: …"),
    "options are no list": ("  - claim: softmax_scaling\n    with: {change: scale}\n    printed: false\n  - claim: none of these\n", "  claim: x\n", f"a.md:10:3: options {COUNT}"),
    "an option is a text": ("- claim: none of these", "- none of these", "a.md:13:5: options.ii = 'none of these' must be a mapping; write claim: … and what belongs to it"),
    "no claim": ("- claim: none of these", "- text: x", "a.md:13:5: options.ii.claim is missing; add claim: …, or claim: none of these"),
    "none of these under an assumption": ("- claim: none of these", "- claim: none of these\n    with: {change: scale}", "a.md:14:11: options.ii.with is of no use: none of these assumes nothing; leave it out"),
    "unknown claim": ("claim: softmax_scaling", "claim: softmax_scalling", "a.md:10:12: options.i.claim = 'softmax_scalling' is not in the catalogue of claims; did you mean 'softmax_scaling'?"),
    "far from any claim": ("claim: softmax_scaling", "claim: zebra", f"a.md:10:12: options.i.claim = 'zebra' is not in the catalogue of claims; {CLAIMS}"),
    "unknown assumption": ("{change: scale}", "{chance: scale}", "a.md:11:20: options.i.with.chance = 'scale' is not an assumption of this claim; did you mean 'change'?"),
    "unknown value": ("{change: scale}", "{change: stretch}", "a.md:11:20: options.i.with.change = 'stretch' must be one of scale, shift; choose a value that is"),
    "a drawn value that is unknown": ("{change: scale}", "{change: {among: [scale, stretch]}}", "a.md:11:20: options.i.with.change = 'stretch' must be one of scale, shift; choose a value that is"),
    "with is a text": ("{change: scale}", "scale", "a.md:11:11: options.i.with = 'scale' must be a mapping from assumptions; write {bias: none}"),
    "nothing to draw among": ("{change: scale}", "{change: {among: []}}", "a.md:11:20: options.i.with.change = '{among: []}' must be a value or {among: […]}; write one of these"),
    "drawn and not told": ("{change: scale}", "{change: {among: [scale, shift]}}\n    text: It is so.", "a.md:10:5: options.i draws change, which neither the stem nor the statement tells; write {change} in its text"),
    "a misspelt placeholder": ("{change: scale}", "{change: scale}\n    text: Logits under a {chance}.", "a.md:10:5: options.i.text = '{chance}' stands for an assumption that has no value here; did you mean 'change'?"),
    "a placeholder of the stem without a value": ("Which hold?", "'Which hold after a {change}?'", "a.md:8:7: stem = '{change}' stands for an assumption that has no value here; give it one: with: {change: …}"),
    "printed is no verdict": ("printed: false", "printed: perhaps", "a.md:12:14: options.i.printed = 'perhaps' must be true or false; write true or false, or leave it blank"),
    "an unknown entry of an option": ("printed: false", "key: false", "a.md:12:5: options.i.key is no entry of an option; known are claim, id, negated, printed, text, with"),
    "a name that stands twice": ("- claim: none of these", "- {id: i, claim: none of these}", "a.md:13:5: options.id = 'i' stands twice; give each its own"),
    "a name with blanks": ("- claim: none of these", "- {id: a b, claim: none of these}", "a.md:13:10: options.ii.id = 'a b' must be letters, digits and dashes; write iii"),
    "negated without words": ("printed: false", "negated: true", "a.md:10:5: options.i.text is missing: the option says that a claim does not hold; add text: … in your words"),
    "an own claim without words": ("claim: softmax_scaling\n    with: {change: scale}", "claim: ./own.py:Mine", "a.md:10:5: options.i.text is missing: the option rests on a file that is not run to read an exam; add text: … in your words"),
    "a path that leaves": ("claim: softmax_scaling", "claim: ../own.py:Mine", f"a.md:10:12: options.i.claim = '../own.py:Mine' {OWN}"),
    "an absolute path": ("claim: softmax_scaling", "claim: /etc/own.py:Mine", f"a.md:10:12: options.i.claim = '/etc/own.py:Mine' {OWN}"),
    "a file without a name": ("claim: softmax_scaling", "claim: own.py", f"a.md:10:12: options.i.claim = 'own.py' {OWN}"),
    "another kind of file": ("claim: softmax_scaling", "claim: own.sh:x", f"a.md:10:12: options.i.claim = 'own.sh:x' {OWN}"),
    "the stem fixes what nothing assumes": ("stem: Which hold?", "with: {bias: none}", "a.md:8:14: with.bias is an assumption of none of these claims; known are change, compared"),
    "the stem fixes it to nothing known": ("stem: Which hold?", "with: {compared: logits}", "a.md:8:18: with.compared = 'logits' must be one of probabilities, predicted class of positive factors; choose a value that is"),
    "unknown rule": ("stem: Which hold?", "marking: harsh", "a.md:8:10: marking = 'harsh' must be one of per option, all or nothing, negative; known are all or nothing, negative, per option"),
    "a penalty without negative marking": ("stem: Which hold?", "penalty: 1/2", "a.md:8:10: penalty = '1/2' belongs to negative marking; write marking: negative, or leave it out"),
    "a penalty beyond one": ("stem: Which hold?", "marking: negative\npenalty: 2", "a.md:9:10: penalty = '2' must be from 0 to 1; write 1/3"),
    "a least sum above zero": ("stem: Which hold?", "marking: negative\nleast: 1", "a.md:9:8: least = '1' must be at most 0; write -1"),
    "more drawn than there are": ("stem: Which hold?", "draw: 3", "a.md:8:7: draw = '3' must be between 1 and 2, the number of options; draw fewer or write more"),
    "points of single statements": ("points: 2", "points: {i: 1, ii: 1}", "a.md:7:9: points = '{i: 1, ii: 1}' must be one value: statements share it alike; write 2"),
    "no points": ("points: 2\n", "", "a.md:5:1: points is missing; add points: …"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_faulty_block_of_statements_is_told(case: str) -> None:
    before, after, message = CASES[case]
    assert before in STATEMENTS
    assert message in messages(STATEMENTS.replace(before, after, 1))


def test_braces_of_mathematics_and_of_code_are_no_placeholders() -> None:
    told = STATEMENTS.replace(
        "{change: scale}", r"{change: scale}\n    text: Of $\frac{a}{b}$ and `{c}`.".replace(r"\n", "\n")
    )
    assert len(exam.parse(HEADER + told, "a.md").questions) == 1


RUBRICS: dict[str, tuple[str, str, str]] = {
    "unknown entry": ("stem: Why?", "stem: Why?\nkey: x", "a.md:9:1: key is no entry of written; known are at_most, id, ideas, points, rejected, stem"),
    "no stem": ("stem: Why?\n", "", "a.md:5:1: stem is missing; add stem: …"),
    "an empty stem": ("stem: Why?", "stem: ' '", "a.md:8:7: stem = ' ' must not be empty; write a sentence"),
    "no ideas": ("ideas:\n", "idea:\n", "a.md:5:1: ideas is missing; add ideas: …"),
    "ideas are no list": ("  - {id: one, idea: The first, words: [first|foremost]}\n  - {id: two, idea: The second, group: other}\n", "  {}\n", "a.md:10:3: ideas must be a list of 1 to 24 ideas; write one `- id: …` each"),
    "an idea is a text": ("{id: one, idea: The first, words: [first|foremost]}", "one", "a.md:10:5: ideas.1 = 'one' must be a mapping; write id, idea and what belongs to them"),
    "an idea without a name": ("id: one, ", "", "a.md:10:5: ideas.1.id is missing; add id: …"),
    "a name that is the part's": ("id: one", "id: answer", "a.md:10:10: ideas.1.id = 'answer' must be letters, digits and dashes, and not answer; write a short name, such as rate"),
    "one name for two": ("id: three", "id: one", "a.md:10:3: ideas = 'one' names two ideas; give each an id of its own"),
    "an unknown entry of an idea": ("group: other", "grup: other", "a.md:11:33: ideas.2.grup is no entry of an idea; did you mean 'group'?"),
    "points of nothing": ("group: other", "points: 0", "a.md:11:41: ideas.2.points = '0' must be more than 0; write 2"),
    "too few points": ("points: 2", "points: 5", "a.md:10:3: ideas earn 2 together, and the question 5; add an idea, or change points and at_most"),
    "points of single parts": ("points: 2", "points: {answer: 2}", "a.md:5:1: points must be one value; write 2; ideas have their own"),
    "words are a text": ("[first|foremost]", "first", "a.md:10:39: ideas.1.words = 'first' must be a list; write it in brackets, such as [a, b]"),
    "an empty phrase": ("[first|foremost]", "['']", "a.md:10:39: ideas.1.words must be up to 60 phrases of up to 200 characters; write [learning rate small|tiny]"),
    "rejected for no reason": (", reason: It is not so", "", "a.md:13:5: rejected.1.reason is missing; add reason: …"),
    "a cap on no group": ("{other: 1}", "{others: 1}", "a.md:14:11: at_most.others is the group of no idea; did you mean 'other'?"),
    "a cap that is a number": ("{other: 1}", "1", "a.md:14:10: at_most = '1' must be a mapping from groups; write {remedy: 1}"),
    "an unknown claim": ("group: other", "claim: zebra", f"a.md:11:40: ideas.2.claim = 'zebra' is not in the catalogue of claims; {CLAIMS}"),
    "an unknown value": ("group: other", "claim: softmax_scaling, with: {change: x}", "a.md:11:72: ideas.2.with.change = 'x' must be one of scale, shift; choose a value that is"),
    "a drawn value": ("group: other", "claim: softmax_scaling, with: {change: {among: [scale, shift]}}", "a.md:11:63: ideas.2.with = '{change: {among: [scale, shift]}}' is drawn, and a rubric is not; fix the value"),
    "assumptions of no claim": ("group: other", "with: {change: scale}", "a.md:11:5: ideas.2.with belongs to a claim; add claim: …, or leave it out"),
}  # fmt: skip


@pytest.mark.parametrize("case", RUBRICS)
def test_a_faulty_rubric_is_told(case: str) -> None:
    before, after, message = RUBRICS[case]
    assert before in WRITTEN
    assert message in messages(WRITTEN.replace(before, after, 1))


@pytest.mark.parametrize("block", [STATEMENTS, WRITTEN])
def test_every_fault_of_a_block_is_told_at_once(block: str) -> None:
    text = block.replace("id: 1\n", "id: '?'\n", 1).replace("points: 2", "points: -1", 1).replace("stem", "stam", 1)
    assert len(messages(text)) >= 3


@pytest.mark.parametrize("name", ["statement", "written_answer", "writen"])
def test_a_misspelt_kind_is_told(name: str) -> None:
    (message,) = messages(STATEMENTS.replace("statements", name, 1))
    assert f"a.md:5:1: family = {name!r} is not in the catalogue; did you mean" in message


@pytest.mark.parametrize("block", [STATEMENTS, WRITTEN])
@pytest.mark.parametrize("junk", ["[]", "{}", "''", "[[]]", "{a: {b: c}}", "'\u202e'", "-", "true", "9" * 400])
def test_hostile_values_end_in_faults_and_never_in_a_traceback(block: str, junk: str) -> None:
    lines = block.split("\n")
    for number, line in enumerate(lines):
        name, colon, _ = line.partition(":")
        if colon and number:
            text = "\n".join([*lines[:number], f"{name}: {junk}", *lines[number + 1 :]])
            assert all(where.startswith("a.md:") for where in places(text))


def places(text: str) -> list[str]:
    """Return where the faults of a text are; none if it has none."""
    try:
        exam.parse(HEADER + text, "a.md")
    except Faults as faults:
        return [fault.where for fault in faults.faults]
    return []
