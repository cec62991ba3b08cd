"""How many verified variants a second each family of derivations makes: drawn, keyed, witnessed and countersigned.

A variant counts when every part is countersigned. What hangs on a question's structure and not on its names (the
symbolic derivative, the measured gradient) is worked out once and remembered, so the first variants of a structure
are dear: they are the warm-up, and `cold` says what they cost. `new` counts the derivatives worked out after it: of
the family `derivation`, whose programs are drawn, hardly one is repeated. Times are of the processor, on one core; the
rate is that of the least disturbed of five rounds.
"""

from __future__ import annotations

import random
import time

from gradus import catalogue
from gradus.countersigning import countersign
from gradus.derivations.derived import Named
from gradus.derivations.statement import derivation

WARM, COUNT, ROUNDS = 1_000, 400, 5
DEMANDED = 1_000


def verified(name: str, seed: str) -> bool:
    """Draw one variant and countersign it."""
    return countersign(catalogue.family(name).draw(random.Random(seed))).complete


def spent(name: str, turn: str, count: int) -> tuple[float, int]:
    """Return the seconds that so many variants take, and how many of them were refused."""
    started = time.process_time()
    refused = sum(not verified(name, f"{name} {turn} {number}") for number in range(count))
    return time.process_time() - started, refused


def main() -> None:
    """Measure each family."""
    names = [name for name in catalogue.names() if issubclass(catalogue.family(name), Named)]
    print(f"{'family':<22}{'a second':>10}{'cold':>10}{'new':>7}{'refused':>16}")
    slowest, lost = float("inf"), 0
    for name in names:
        cold, refused = spent(name, "warm", WARM)
        before = derivation.cache_info().misses
        rounds = [spent(name, str(turn), COUNT) for turn in range(ROUNDS)]
        rate = COUNT / min(seconds for seconds, _ in rounds)
        new, refused = derivation.cache_info().misses - before, refused + sum(more for _, more in rounds)
        print(f"{name:<22}{rate:>10,.0f}{cold:>8.2f} s{new:>7,}{refused:>8} of {WARM + ROUNDS * COUNT:,}")
        slowest, lost = min(slowest, rate), lost + refused
    print(f"\nslowest {slowest:,.0f} a second, demanded {DEMANDED:,}; refused {lost}")
