"""Every formula rejects wrong answers made from it, and accepts itself in other words.

`GRADUS_MUTATED=100 pytest tests/families/test_mutations.py` is the long run.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest

from gradus import catalogue
from gradus.derivations import Formula
from gradus.derivations.derived import Named
from gradus.derivations.mutations import try_out
from gradus.family import Family

MUTATED = int(os.environ.get("GRADUS_MUTATED", "3"))
FAMILIES = [name for name in catalogue.names() if issubclass(catalogue.family(name), Named)]


@pytest.mark.parametrize("family", FAMILIES)
def test_fifty_wrong_answers_are_rejected_and_fifty_rewritten_ones_accepted(
    family: str, drawn: Callable[[str, int], list[Family]]
) -> None:
    source = random.Random(family)
    formulas = 0
    for variant in drawn(family, MUTATED):
        witness = variant.witness()
        for part, key in variant.key().items():
            if isinstance(key, Formula):
                trial = try_out(key, witness[part], source)
                assert (trial.wrong, trial.right) == (50, 50)
                assert (trial.accepted, trial.rejected) == ((), ())
                formulas += 1
    assert formulas >= MUTATED
