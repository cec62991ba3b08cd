"""How fast answers are read and compared with a prepared key, and how often rightly; beside Math-Verify and SymPy.

All on the same pairs in one run on one core (extra `bench`: `math-verify`, `sympy`). A peer gets a second a pair; a
pair it does not decide counts as wrong, since every pair has a truth. Times are of the processor, so that other
work on the machine does not count.
"""

from __future__ import annotations

import json
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gradus.calculus import Vocabulary, declare, latex, prepare, read

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"
DOMAIN = {"real": "real", "pos": "positive", "unit": "unit"}
ROUNDS, LIMIT = 3, 1.0
Pair = tuple[str, str, bool, Vocabulary]


def scalar_pairs() -> list[Pair]:
    """Return the scalar pairs with their vocabularies."""
    words = {domain: Vocabulary(open=True, domain=name) for domain, name in DOMAIN.items()}
    return [(row["a"], row["b"], row["expected"], words[row["domain"]]) for row in _rows("equivalent.jsonl")]


def latex_pairs() -> list[Pair]:
    """Return the scalar pairs in LaTeX, as printed by Gradus; without the two whose text would exceed a page."""
    found = []
    for left, right, expected, words in scalar_pairs():
        if max(len(left), len(right)) < 2000:
            gold, answer = (latex(read(text, words).expression) for text in (left, right))
            found.append((gold, answer, expected, words))
    return found


def matrix_pairs(kind: str = "") -> list[Pair]:
    """Return the matrix pairs."""
    rows = _rows("matrix_calculus.jsonl")
    shapes = {name: " × ".join(map(str, shape)) for name, shape in rows[0]["shapes"].items()}
    words = declare({**shapes, "Delta": shapes["D"], "p": shapes["x"]})
    return [(row["gold" + kind], row["pred" + kind], row["expected"], words) for row in rows]


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CORPORA / name).read_text(encoding="utf-8").splitlines()]


def measure_gradus(title: str, pairs: list[Pair]) -> None:
    """Print answers a second, the slowest, and the wrong verdicts."""
    keys = [prepare(read(left, words).expression, words) for left, _, _, words in pairs]
    times: list[float] = []
    rates = []
    wrong = 0
    for number in range(ROUNDS + 1):
        command = [sys.executable, "-c", FRESH]
    spent = [1e3 * float(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(5)]
    middle, worst = statistics.median(spent), max(spent)
    print(f"{'gradus':<22}{'first answer':<14}of a fresh process  median {middle:.1f} ms, worst of 5 {worst:.1f} ms")


def main() -> None:
    """Measure all on the same pairs."""
    plain, tex = scalar_pairs(), latex_pairs()
    measure_fresh()
    measure_gradus("plain", plain)
    measure_gradus("plain, short", [pair for pair in plain if max(map(len, pair[:2])) < 2000])
    measure_gradus("latex", tex)
    measure_gradus("matrix", matrix_pairs())
    measure_gradus("matrix latex", matrix_pairs("_latex"))
    try:
        import math_verify as _  # noqa: F401
        import sympy as _s  # noqa: F401
    except ImportError:
        print("for the peers: pip install math-verify sympy")
        return
    measure_peer("sympy simplify", "plain", plain, by_simplify)
    measure_peer("sympy equals", "plain", plain, by_equals)
    measure_peer("math-verify", "latex", tex, math_verify)
    measure_peer("math-verify", "matrix latex", matrix_pairs("_latex"), math_verify)
