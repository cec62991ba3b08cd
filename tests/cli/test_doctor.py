"""`gradus doctor` proves what it says, and can fail."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from gradus.cli import main
from gradus.programs.attention import SOURCE
from gradus.sandbox import Box, Outcome, Result, machine
from gradus.sandbox.proof import ATTEMPTS, BODIES, prove


def test_every_attack_is_contained_here(box: Box) -> None:
    proofs = list(prove(box))
    assert [proof.what for proof in proofs] == [*ATTEMPTS, *BODIES]
    assert [proof.what for proof in proofs if not proof.contained] == []


class Leaky:
    """A box that lets everything happen."""

    def run(self, source: str, *rest: object) -> Outcome:
        value = np.arange(3.0) + ("x + 1" in source)
        return Outcome("finished", (Result(value),), "HARM\n" if "HARM" in source else "")


def test_an_attack_that_works_is_told() -> None:
    assert not any(proof.contained for proof in prove(Leaky()))  # type: ignore[arg-type]


def test_the_command_attacks_with_a_folder_and_fails_where_a_cheat_earns_marks(box: Box, tmp_path: Path) -> None:
    (tmp_path / "honest.py").write_text(SOURCE)
    (tmp_path / "zeros.py").write_text("def attention(image, k, v): return image * 0")
    done = CliRunner().invoke(main, ["doctor", "--attacks", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "HARM" not in done.output
    (tmp_path / "cheat.py").write_text(SOURCE)
    done = CliRunner().invoke(main, ["doctor", "--attacks", str(tmp_path)])
    assert done.exit_code == 1
    assert done.output.count("HARM") == 1


def test_without_a_sandbox_the_command_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    machine.why_not.cache_clear()
    monkeypatch.setattr("shutil.which", lambda name: None)
    done = CliRunner().invoke(main, ["doctor"])
    machine.why_not.cache_clear()
    assert done.exit_code == 2
    assert "bubblewrap is not installed; install it (Debian, Ubuntu: apt install bubblewrap)" in done.output
