"""Attacks, the project's own and those beside the repository: no effect, a clear verdict, the next one unharmed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gradus.sandbox import Box, Call
from tests.sandbox.conftest import HERE, HONEST, SHARED, TIGHT

OWN = sorted(path for path in (HERE / "attacks").glob("*.txt") if path != HONEST)
THEIRS = sorted(path for path in SHARED.glob("*.py") if path.name != "97_honest.py")
STATUSES = {"finished", "missing", "raised", "refused", "crashed", "time", "output", "protocol"}  # never "lost"


def right(call: Call) -> np.ndarray:
    image, keys, values = (np.asarray(argument, float) for argument in call.arguments)
    weights = np.exp(image @ keys.T / 2)
    return np.asarray((weights / weights.sum(1, keepdims=True)) @ values)


def is_right(value: np.ndarray | None, call: Call) -> bool:
    return value is not None and value.shape == (6, 3) and bool(np.allclose(value.astype(float), right(call)))


def test_no_attack_can_be_imported_by_accident() -> None:
    assert len(OWN) > 20
    assert not list((HERE / "attacks").glob("*.py"))


def survive(box: Box, attack: Path, call: Call) -> None:
    source = attack.read_bytes().decode("utf-8", "replace")
    outcome = box.run(source, "attention", [call] * 4, TIGHT)
    assert outcome.status in STATUSES
    assert outcome.status == "finished" or outcome.explanation
    assert "PWNED" not in outcome.output
    assert all(c.isprintable() or c in "\n\t" for c in outcome.output + outcome.explanation)
    after = box.run(HONEST.read_text(), "attention", [call], TIGHT)
    assert after.status == "finished"
    assert is_right(after.results[0].value, call)
    whole = len(outcome.results) == 4 and all(is_right(result.value, call) for result in outcome.results)
    assert not whole or attack.name == "56_vectorise_fake.py"  # right values: what it fakes is decided by marking


@pytest.mark.parametrize("attack", OWN, ids=lambda path: path.stem)
def test_an_attack_of_our_own_does_no_harm(box: Box, attack: Path, call: Call) -> None:
    survive(box, attack, call)


@pytest.mark.skipif(not THEIRS, reason="../shared/attacks is not here")
@pytest.mark.parametrize("attack", THEIRS, ids=lambda path: path.stem)
def test_a_given_attack_does_no_harm(box: Box, attack: Path, call: Call) -> None:
    survive(box, attack, call)


def test_nothing_is_left_when_a_box_is_closed(box: Box, call: Call) -> None:
    folders = [Path("/tmp"), Path("/dev/shm")]
    before = {str(path) for folder in folders for path in folder.glob("*PWNED*")}
    with Box() as own:
        for attack in OWN[:5]:
            own.run(attack.read_text(), "attention", [call], TIGHT)
        process = own._process
        assert process is not None
        assert process.poll() is None
    assert process.poll() is not None
    assert {str(path) for folder in folders for path in folder.glob("*PWNED*")} == before
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    box.run(HONEST.read_text(), "attention", [call], TIGHT)
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors
