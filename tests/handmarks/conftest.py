"""An exam with a written question and one of undecided statements, and answers to them."""

from __future__ import annotations

from pathlib import Path

import pytest

EXAM = """---
title: T
points: 4
---
```written
id: w
points: 2
stem: Why is the loss flat?
ideas:
  - {id: rate, idea: The learning rate is too small, words: [learning|step rate|size small|tiny]}
  - {id: start, idea: The weights start badly, words: [initial bad|poor]}
  - {id: labels, idea: The labels are random, words: [labels random]}
rejected:
  - {id: strong, idea: The penalty is too strong, reason: It would still fall, words: [penalty strong]}
```

```conv_layer
id: c
points: 2
image: [32, 32, 3]
kernel: 3
stride: 1
padding: 0
filters: 8
```
"""
ROWS = """candidate,item,part,response
ada,w,answer,The step size is tiny and the initial weights are bad.
bob,w,answer,Perhaps the penalty is too strong.
cem,w,answer,Perhaps  the penalty is too strong.
dan,w,answer,I do not know.
dan,c,parameters,224
eve,w,answer,
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADUS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "exam.md").write_text(EXAM, encoding="utf-8")
    (tmp_path / "r.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path
