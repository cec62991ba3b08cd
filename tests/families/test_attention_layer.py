"""The printed 180 parameters leave the channels open; the stem's reading decides the output's shape."""

from __future__ import annotations

import pytest

from gradus.answers import Shape
from gradus.audit.keys import audit_question
from gradus.countersigning import countersign
from gradus.exam.reading import parse
from gradus.families.attention_layer import AttentionLayer

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
