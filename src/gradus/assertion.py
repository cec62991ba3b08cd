"""A claim as an exam file refers to it: by name, with the assumptions that the file fixes.

An author's own claim is Python in a file beside the exam. It is run only after `trust_claims`, which the author's own
commands call and nothing that reads a stranger's text does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, final

from gradus.errors import Fault

if TYPE_CHECKING:
    from gradus.claim import Claim, Effort
    from gradus.decisions import Decision, Ruling, Shelf

    Settle = Callable[[Iterable[Claim], Effort], Mapping[Claim, Decision]]

_trusted: list[Path] = []
_kept: dict[tuple[str, Assertion], Ruling] = {}
_absent: dict[tuple[str, Assertion], int] = {}  # with when the shelf was last put something on


@final
@dataclass(frozen=True, slots=True)
class Assertion:
    """A claim under the assumptions that are fixed.

    Args:
        claim: its name in the catalogue, or `./file.py:Name` of an author's own.
        given: pairs of an assumption and its value, as written; the others are left open.
    """

    claim: str
    given: tuple[tuple[str, ...], ...] = ()

    @property
    def own(self) -> bool:
        """Whether it is an author's own, from a file."""
        return ":" in self.claim

    def fixed(self) -> dict[str, str]:
        """Return the assumptions that are fixed, by name."""
        return {pair[0]: pair[1] for pair in self.given if len(pair) == 2}

    def kind(self) -> type[Claim]:
        """Return the claim itself.

        Raises:
            Fault: when there is none, or when it is an author's own and nobody vouches for it.
        """
        from gradus import claims

        if not self.own:
            return claims.find(self.claim)
        if not _trusted:
            rule = "is a claim of an author's own, and only the author's own commands run it"
            raise Fault("", "claim", self.claim, rule, "run `gradus audit` or `gradus grade` where the exam is")
        return claims.find(self.claim, _trusted[-1])

    def __str__(self) -> str:
        given = ", ".join(f"{name}: {value}" for name, value in self.fixed().items())
        return f"{self.claim} with {given}" if given else self.claim


def trust_claims(exam_file: Path) -> None:
    """Allow claims from files beside this exam to be run; said by an author's own command, never by default."""
    _trusted.append(exam_file.resolve().parent)


def trusted_folders() -> tuple[Path, ...]:
    """Return the folders from which claims may be run, the latest last."""
    return tuple(_trusted)


def distrust_claims() -> None:
    """Take that back."""
    _trusted.clear()


def rule_on(assertion: Assertion, effort: Effort, settle: Settle) -> Ruling:
    """Decide an assertion with `settle`, as `gradus.decisions.rule` does."""
    from gradus.decisions import rule

    return rule(assertion.kind(), assertion.fixed(), effort, settle)


def find_ruling(assertion: Assertion) -> Ruling:
    """Return the ruling that an audit left on the shelf, at the highest effort that there is; nothing is computed.

    Raises:
        Fault: when no audit has decided it, or the claim is not there.
    """
    from gradus.claim import Effort, Level
    from gradus.decisions import Shelf

    shelf = Shelf()
    name = (f"{shelf.folder}\0{_trusted[-1] if assertion.own and _trusted else ''}", assertion)
    if name in _kept:
        return _kept[name]
    stamp = _changed(shelf)
    if _absent.get(name) == stamp:
        raise _undecided(assertion)
    for level in (Level.THOROUGH, Level.NORMAL, Level.QUICK):
        try:
            ruling = rule_on(assertion, Effort(level), lambda claims, effort: _taken(shelf, claims, effort))
        except _Missing:
            continue
        _kept[name] = ruling
        return ruling
    _absent[name] = stamp
    raise _undecided(assertion)


def _undecided(assertion: Assertion) -> Fault:
    return Fault("", "claim", str(assertion), "has not been decided yet", "run `gradus audit` on the exam first")


def _changed(shelf: Shelf) -> int:
    """Return when something was last put on the shelf."""
    try:
        return shelf.folder.stat().st_mtime_ns
    except OSError:
        return 0


class _Missing(Exception):
    """A reading is not on the shelf."""


def _taken(shelf: Shelf, claims: Iterable[Claim], effort: Effort) -> Mapping[Claim, Decision]:
    found: dict[Claim, Decision] = {}
    for claim in claims:
        decision = shelf.get(claim, effort)
        if decision is None:
            raise _Missing
        found[claim] = decision
    return found
