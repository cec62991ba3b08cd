"""What every claim owes; a new file is tested by existing.

`GRADUS_CLAIMS=normal pytest tests/claims` decides every reading at normal effort, with five master seeds.
"""

import os
import pickle
import re

import pytest

from gradus import claims
from gradus.answers import Truth
from gradus.claim import Claim, Effort, Level, assumptions
from gradus.decisions import decide
from gradus.decisions.ruling import readings
from gradus.errors import Fault
from gradus.render.markup import to_html

LONG = os.environ.get("GRADUS_CLAIMS")
EFFORTS = [Effort(Level(LONG), seed) for seed in range(5)] if LONG else [Effort(Level.QUICK)]
READINGS = [reading for name in claims.names() for _, reading in readings(claims.find(name), {})]


def title(value: object) -> str:
    if isinstance(value, Claim):
        given = ",".join(f"{name}={value}" for name, value in value.given().items())
        return f"{type(value).__name__}[{given}]"
    return f"{value.level.value}-{value.master}" if isinstance(value, Effort) else str(value)


@pytest.mark.parametrize("reading", READINGS, ids=title)
def test_both_routes_decide_every_reading_alike_whatever_the_seed(reading: Claim) -> None:
    decisions = [decide(reading, effort) for effort in EFFORTS]
    assert all(decision.verdict is not Truth.UNDECIDED for decision in decisions), [d.reason for d in decisions]
    assert len({decision.verdict for decision in decisions}) == 1


@pytest.mark.parametrize("reading", READINGS, ids=title)
def test_a_reading_states_something_that_renders(reading: Claim) -> None:
    statement = reading.statement()
    assert re.fullmatch(r"[A-Z$].+\.", statement, re.DOTALL)
    assert "<" in to_html(statement)


@pytest.mark.parametrize("name", claims.names())
def test_a_claim_names_its_subject_and_travels_between_processes(name: str) -> None:
    usual = claims.find(name)()
    assert usual.subject
    assert pickle.loads(pickle.dumps(usual)) == usual == type(usual).reading(usual.given())


@pytest.mark.parametrize("name", claims.names())
def test_an_assumption_takes_only_the_values_it_lists(name: str) -> None:
    kind = claims.find(name)
    for assumption in assumptions(kind):
        with pytest.raises(Fault, match=rf"{name}: {assumption} = 'no such value' must be one of"):
            kind.reading({assumption: "no such value"})
