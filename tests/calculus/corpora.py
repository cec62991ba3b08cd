"""The pairs of expressions that tests and benchmarks share, where they lie."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gradus.calculus import Vocabulary, declare

ROOT = Path(__file__).parents[2]
DOMAIN = {"real": "real", "pos": "positive", "unit": "unit"}
NAMES = {5: "n", 4: "k", 3: "m", 2: "p"}


def rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a corpus; skip the test where it is missing."""
    for folder in (ROOT.parent / "shared" / "corpora", ROOT / "shared" / "corpora"):
        if (folder / name).exists():
            return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]
    pytest.skip(f"the corpus {name} is not here: ../shared/corpora")


def open_words(domain: str) -> Vocabulary:
    """Return a vocabulary in which every name is a scalar."""
    return Vocabulary(open=True, domain=DOMAIN[domain])


def matrix_words(row: dict[str, Any], named: bool) -> Vocabulary:
    """Return the words of a matrix pair, with its sizes as numbers or with names."""
    words = {name: " × ".join(NAMES[s] if named else str(s) for s in shape) for name, shape in row["shapes"].items()}
    return declare({**words, "Delta": words["D"], "p": words["x"]})


def with_named_sizes(text: str) -> str:
    """Write `ones_n` for `ones5`."""
    for size, name in NAMES.items():
        text = text.replace(f"ones{size}", f"ones_{name}").replace(f"eye{size}", f"eye_{name}")
    return text
