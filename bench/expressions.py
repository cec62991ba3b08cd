"""How fast answers are read and compared with a prepared key, and how often rightly; beside Math-Verify and SymPy.

All on the same pairs in one run on one core (extra `bench`: `math-verify`, `sympy`). A peer gets a second a pair; a
pair it does not decide counts as wrong, since every pair has a truth. Times are of the processor; since other work
slows even those where cores and caches are shared, the rate is that of the least disturbed of several rounds, while
percentiles are over all rounds.
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
ROUNDS, LIMIT = 7, 1.0
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
        spent = []
        for key, (_, right, expected, words) in zip(keys, pairs, strict=True):
            started = time.process_time()
            verdict = key.compare(read(right, words).expression)
            spent.append(time.process_time() - started)
            wrong += number == 0 and verdict.outcome != ("equal" if expected else "different")
        if number:  # the first round fills the keys' sample points
            rates.append(len(spent) / sum(spent))
            times += spent
    report("gradus", title, max(rates), times, wrong, len(pairs))


def report(who: str, title: str, rate: float, times: list[float], wrong: int, count: int) -> None:
    """Print one line."""
    times = sorted(times)
    middle, late, last = (times[int(len(times) * share)] * 1e3 for share in (0.5, 0.99, 1 - 1e-9))
    slow = f"median {middle:8.2f} ms, 99 % {late:9.1f} ms, worst {last:9.1f} ms"
    print(f"{who:<22}{title:<14}{rate:>9,.0f} a second  {slow}  wrong or undecided {wrong} of {count}")


def measure_peer(who: str, title: str, pairs: list[Pair], decide: Callable[[str, str], bool | None]) -> None:
    """Time a peer on the same pairs, a second each."""
    times, wrong = [], 0
    for left, right, expected, _ in pairs:
        started = time.process_time()
        found: bool | None = None
        try:
            with at_most(LIMIT):
                found = decide(left, right)
        except (Exception, Stop):  # noqa: BLE001 - whatever a peer raises, it has not decided
            found = None
        times.append(time.process_time() - started)
        wrong += found is not expected
    report(who, title, len(times) / sum(times), times, wrong, len(pairs))


class Stop(BaseException):
    """The time is over; no Exception, since a peer that catches those would run on."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Interrupt what takes longer; in a benchmark only."""

    def stop(*_: object) -> None:
        raise Stop

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def math_verify(left: str, right: str) -> bool | None:
    """Decide by Math-Verify, without its own timeouts."""
    from math_verify import parse, verify

    gold, answer = (parse(f"${text}$", parsing_timeout=None) for text in (left, right))
    return bool(verify(gold, answer, timeout_seconds=None)) if gold and answer else None


def by_simplify(left: str, right: str) -> bool | None:
    """Decide by SymPy's simplify."""
    import sympy

    return bool(sympy.simplify(sympy.sympify(left) - sympy.sympify(right)) == 0)


def by_equals(left: str, right: str) -> bool | None:
    """Decide by SymPy's equals."""
    import sympy

    found = sympy.sympify(left).equals(sympy.sympify(right))
    return None if found is None else bool(found)


FRESH = r"""
import time
from gradus.calculus import declare, prepare, read
words = declare({"X": "n × d", "w": "d", "y": "n"})
key = prepare(read("2/n * X^T (X w - y)", words).expression, words)
started = time.process_time()
assert key.compare(read(r"\frac{2}{n} (X^\top X w - X^\top y)", words).expression).outcome == "equal"
print(time.process_time() - started)
"""


def measure_fresh() -> None:
    """Print how long the first answer of a fresh process takes, once the key is prepared."""
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
