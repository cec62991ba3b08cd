"""A fit that is killed, by a signal that no process can catch, ends in the same bytes when it is started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.lab.gan.conftest import customers

from gradus.lab.gan.keeping import load
from gradus.lab.gan.tables import write_csv

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
START = "from gradus.cli import main; main()"
CHECKS = 80
"""Enough that the first one is over long before the last."""


def command(data: Path, model: Path) -> list[str]:
    steps = ["--steps", str(2 * CHECKS), "--check-every", "2", "--batch", "16", "--generator", "dense 8 > relu"]
    return [sys.executable, "-c", START, "synth", "fit", str(data), "--out", str(model), "--seed", "4", *steps]


def test_a_killed_fit_ends_in_the_same_bytes_when_it_is_started_again(tmp_path: Path) -> None:
    data, straight, killed = (tmp_path / name for name in ("data.csv", "straight", "killed"))
    with data.open("w", encoding="utf-8") as file:
        write_csv(customers(40), file)
    environment = os.environ | {"GRADUS_CACHE": str(tmp_path / "cache")}
    subprocess.run(command(data, straight), env=environment, check=True, capture_output=True)
    process = subprocess.Popen(
        command(data, killed), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not killed.exists() and process.poll() is None:
        time.sleep(0.001)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert 0 < len(load(killed).history) < CHECKS
    subprocess.run(command(data, killed), env=environment, check=True, capture_output=True)
    assert len(load(killed).history) == CHECKS
    assert killed.read_bytes() == straight.read_bytes()
