"""A box for the tests, and the function that all attacks are asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gradus.sandbox import Call, Limits

TIGHT = Limits(seconds=1.5, processor=2, memory=256 << 20, output=20_000, results=1 << 20)
HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "attacks"
HONEST = HERE / "attacks" / "honest.txt"  # not .py: pytest imports what is, and these must never run outside


@pytest.fixture(scope="session")
def call() -> Call:
    """Return the arguments of `attention(image, k, v)`."""
    source = np.random.default_rng(6)
    return Call((source.normal(size=(6, 4)), source.normal(size=(5, 4)), source.normal(size=(5, 3))))
