"""A statement under what its stem fixes: true, false, undecided, or depending on what is left open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import final

from gradus.answers import Truth
from gradus.claim import Claim, Effort, Value, alternatives, assumptions
from gradus.decisions.decision import Decision


@final
@dataclass(frozen=True, slots=True)
class Ruling:
    """The usual reading, and every reading that differs from it in one assumption that the stem leaves open."""

    usual: Decision
    others: tuple[tuple[str, Decision], ...]  # the assumption that differs, and the reading

    @property
    def verdict(self) -> Truth:
        """What holds of the usual reading."""
        return self.usual.verdict

    @property
    def depends_on(self) -> dict[str, tuple[Value, ...]]:
        """The open assumptions that turn the verdict, each with the values at which it turns."""
        turned: dict[str, tuple[Value, ...]] = {}
        if self.verdict is Truth.UNDECIDED:
            return turned
        for name, decision in self.others:
            if decision.verdict not in {self.verdict, Truth.UNDECIDED}:
                turned[name] = (*turned.get(name, ()), decision.claim.given()[name])
        return turned

    @property
    def open(self) -> dict[str, tuple[Value, ...]]:
        """The open assumptions with values at which nothing was decided."""
        silent: dict[str, tuple[Value, ...]] = {}
        for name, decision in self.others:
            if decision.verdict is Truth.UNDECIDED:
                silent[name] = (*silent.get(name, ()), decision.claim.given()[name])
        return silent

    def __str__(self) -> str:
        turned = self.depends_on
        if not turned:
            return self.verdict.value
        usual = self.usual.claim.given()
        opposite = Truth.of(self.verdict is Truth.FALSE).value
        said = [
            f"{name.replace('_', ' ')} (true for {_listed(usual[name])}, false for {_listed(*values)})"
            if opposite == Truth.FALSE.value
            else f"{name.replace('_', ' ')} (false for {_listed(usual[name])}, true for {_listed(*values)})"
            for name, values in turned.items()
        ]
        return "depends on " + " and ".join(said)


def readings(claim: type[Claim], fixed: Mapping[str, object]) -> tuple[tuple[str, Claim], ...]:
    """Return the usual reading, under an empty name, and those that differ in one open assumption."""
    usual = claim.reading(fixed)
    settled = {name: usual.given()[name] for name in assumptions(claim) if name in fixed}
    return (("", usual), *alternatives(claim, settled))


def rule(
    claim: type[Claim],
    fixed: Mapping[str, object],
    effort: Effort,
    settle: Callable[[Iterable[Claim], Effort], Mapping[Claim, Decision]],
) -> Ruling:
    """Decide a claim under what is fixed and sweep what is not.

    `settle` decides readings: `Docket.settle` in a pool of processes, from what is on the shelf where it is there.
    """
    asked = readings(claim, fixed)
    decided = settle([reading for _, reading in asked], effort)
    (_, usual), *others = asked
    return Ruling(decided[usual], tuple((name, decided[reading]) for name, reading in others))


def _listed(*values: Value) -> str:
    return ", ".join(str(value).lower() if isinstance(value, bool) else str(value) for value in values)
