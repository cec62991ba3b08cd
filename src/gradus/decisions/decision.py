"""One reading of a claim, decided: its evidence, and the witness that countersigns it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from gradus.answers import Truth
from gradus.claim import Claim, Effort, Evidence, undecided
from gradus.errors import GradusError


@final
@dataclass(frozen=True, slots=True)
class Decision:
    """What two routes say of one reading of a claim."""

    claim: Claim
    evidence: Evidence
    witness: Evidence
    seconds: float  # of one processor, both routes

    @property
    def verdict(self) -> Truth:
        """What both routes say; undecided where they differ or one decides nothing."""
        return self.evidence.verdict if self.evidence.verdict is self.witness.verdict else Truth.UNDECIDED

    @property
    def reason(self) -> str:
        """Why the reading is undecided; empty when it is decided."""
        if self.verdict is not Truth.UNDECIDED:
            return ""
        sides = (("the evidence", self.evidence), ("the witness", self.witness))
        silent = [f"{name} decides nothing: {side.finding}" for name, side in sides if side.verdict is Truth.UNDECIDED]
        if silent:
            return "; ".join(silent)
        said = " and ".join(f"{name} says {side.verdict.value} ({side.finding})" for name, side in sides)
        return f"the two routes disagree: {said}"


def decide(claim: Claim, effort: Effort) -> Decision:
    """Decide a reading by both routes.

    A route that crashes, diverges or cannot be computed leaves the reading undecided, with the reason.
    """
    started = time.process_time()
    evidence, witness = _run(claim.decide, effort), _run(claim.witness, effort)
    return Decision(claim, evidence, witness, time.process_time() - started)


def _run(route: Callable[[Effort], Evidence], effort: Effort) -> Evidence:
    try:
        found: object = route(effort)  # an author's own route may return anything
    except GradusError as error:
        return undecided(str(error))
    except Exception as error:  # noqa: BLE001 - an experiment may fail in any way, and then nothing is decided
        return undecided(f"it failed with {type(error).__name__}: {error}")
    if not isinstance(found, Evidence) or not isinstance(found.verdict, Truth):
        said = found.verdict if isinstance(found, Evidence) else found
        return undecided(f"it must return Evidence with a verdict that is a Truth, and {said!r:.60} is none")
    measured = found.effect
    if measured and not all(math.isfinite(value) for value in (measured.value, measured.low, measured.high)):
        return undecided(f"it diverged: {measured.name} is {measured.value}, in [{measured.low}, {measured.high}]")
    return found
