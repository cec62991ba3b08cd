"""The printed 180 parameters leave the channels open; the stem's reading decides the output's shape."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from gradus.answers import Shape
from gradus.audit.keys import audit_question
from gradus.countersigning import countersign
from gradus.errors import GradusError
from gradus.exam.reading import parse
from gradus.families.attention_layer import AttentionLayer
from gradus.grading import Verdict, grade

BLOCK = """\
---
title: Q6
points: 3
---

# 6 Image attention

```attention_layer
id: 6.1
points: 3
image: [32, 32, 4]
outputs: 4
kernel: 3
{line}
printed: {{shape: 32 × 32 × 4, parameters: 180}}
```
"""
PAIRS = ("C = 1 with O = 10", "C = 3 with O = 5", "C = 4 with O = 4", "C = 9 with O = 2", "C = 19 with O = 1")


def test_180_parameters_fit_five_pairs_of_channels() -> None:
    variant = AttentionLayer(image=Shape(32, 32, 4), outputs=4, kernel=3, query="pixel", given="total")
    found = countersign(variant).underdetermined
    assert found is not None
    assert found.solutions == PAIRS


@pytest.mark.parametrize(("query", "shape"), [("pixel", "32 × 32 × 4"), ("neighbourhood", "30 × 30 × 4")])
def test_what_meets_the_keys_decides_whether_rows_are_lost(query: str, shape: str) -> None:
    fields = {"image": Shape(32, 32, 4), "outputs": 4, "kernel": 3, "query": query}
    assert str(AttentionLayer(**fields).key()["shape"]) == shape  # type: ignore[arg-type]


def test_the_audit_says_so_of_the_exam() -> None:
    open_reading = parse(BLOCK.format(line="given: channels"), "q6.md")
    shape, parameters = audit_question(open_reading.questions[0])
    assert (shape.status, shape.depends_on) == ("depends", ("query",))
    assert shape.note == "holds for query pixel, never for neighbourhood"
    assert parameters.status == "agrees"
    only_total = parse(BLOCK.format(line="given: total"), "q6.md")
    rows = audit_question(only_total.questions[0])
    assert {row.status for row in rows} == {"underdetermined"}
    assert all(pair in rows[1].note for pair in PAIRS)


def asked_for_a_formula(parameters: str) -> Verdict:
    variant = AttentionLayer(image=Shape(32, 32, 4), outputs=4, kernel=3, query="pixel", given="symbols")
    return grade(variant, {"parameters": parameters})["parameters"]


@pytest.mark.parametrize("form", ["9*C*O + 9*O", "9 O (C + 1)", "3*3*C*O + 3*3*1*O", "O(3^2 C + 3^2)"])
def test_a_formula_is_right_in_any_form(form: str) -> None:
    assert asked_for_a_formula(form).status == "right"


@pytest.mark.parametrize(
    ("form", "mistake", "credit", "feedback"),
    [
        ("9*C*O", "values_forgotten", 1 / 2, "The values are trained too."),
        ("9*C*O + 10*O", "biases_added", 1 / 2, "There are no biases."),
        ("9*C*O + 9", "one_kernel_of_values", 0, "Every output has its own values."),
        ("9*(C + 1)", "outputs_forgotten", 0, "That is one output of several."),
        ("18*C*O", "values_as_deep_as_keys", 1 / 2, "A kernel of values has depth 1."),
        ("18", "underdetermined", 0, "18 parameters say nothing of other channels: only C = 1 with O = 1 fits."),
        ("3*3*4*4 + 9*4", "underdetermined", 0, "180 parameters say nothing of other channels: C = 1 with O = 10"),
        ("181", "no_channels_fit", 0, "No numbers of channels give 181 parameters."),
        ("-9", "no_channels_fit", 0, "No numbers of channels give -9 parameters."),
        ("9*10^12", "no_channels_fit", 0, ""),
        ("C + O", "", 0, ""),
    ],
)
def test_what_goes_wrong_in_a_formula_is_named(form: str, mistake: str, credit: float, feedback: str) -> None:
    verdict = asked_for_a_formula(form)
    assert (verdict.mistake, verdict.credit) == (mistake, Fraction(credit))
    assert verdict.feedback.startswith(feedback)


def test_symbols_take_the_place_of_numbers_in_prompt_and_working() -> None:
    variant = AttentionLayer(image=Shape(32, 32, 4), outputs=4, kernel=3, query="pixel", given="symbols")
    assert "as a formula in $C$ and $O$" in variant.prompt()
    assert variant.working().endswith("3·3·C·O + 3·3·1·O = 9*C*O + 9*O")
    assert countersign(variant).complete


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("unstated: [kernel]\nquery: pixel", ""),
        ("unstated: [query]", "unstated = 'query' must be a field that this question fixes; fix it for the candidates"),
        ("unstated: [given]\ngiven: channels", "'given' must be a field that is drawn, or true or false; leave it out"),
        ("unstated: [kernle]", "unstated = 'kernle' must be a field that this question fixes; did you mean 'kernel'?"),
        ("unstated: kernel", "unstated = 'kernel' must be a list; write it in brackets, such as [a, b]"),
    ],
)
def test_what_a_paper_leaves_unsaid_is_a_fixed_field_with_other_values(line: str, told: str) -> None:
    if not told:
        question = parse(BLOCK.format(line=line), "q6.md").questions[0]
        assert (question.unstated, list(question.open_fields())) == (("kernel",), [])
        assert list(question.swept_fields()) == ["kernel"]
        return
    with pytest.raises(GradusError) as caught:
        parse(BLOCK.format(line=line), "q6.md")
    assert told in str(caught.value)


def test_a_fixed_field_that_the_paper_leaves_unsaid_is_tried_by_the_audit_and_not_drawn() -> None:
    exam = parse(BLOCK.format(line="query: neighbourhood\nunstated: [query]"), "q6.md")
    shape, parameters = audit_question(exam.questions[0])
    assert (shape.status, shape.depends_on) == ("depends", ("query",))
    assert shape.key == "30 × 30 × 4"  # what the question says is shown
    assert parameters.status == "agrees"
    drawn = {exam.questions[0].draw(random.Random(seed)).prompt() for seed in range(5)}
    assert len(drawn) == 1
