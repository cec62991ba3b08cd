"""A verdict needs two routes that agree; whatever fails decides nothing, and says why."""

from dataclasses import dataclass
from typing import ClassVar, final

import pytest

from gradus.answers import Truth
from gradus.claim import Claim, Effect, Effort, Evidence, Route, assume
from gradus.decisions import Decision, decide, one_by_one, rule
from gradus.errors import Fault


def found(holds: bool, value: float = 1.0) -> Evidence:
    return Evidence(Truth.of(holds), Route.EXPERIMENT, "measured", Effect("gap", value, value, value, ""), 3, 1)


@final
@dataclass(frozen=True, kw_only=True)
class Told(Claim):
    """Says what its assumptions say, so that decisions can be tested."""

    subject: ClassVar[str] = "tests"
    evidence: str = assume("true", "false", "crash", "nan")
    witness_too: bool = assume(True, False)

    def statement(self) -> str:
        return "What is told is true."

    def decide(self, effort: Effort) -> Evidence:
        if self.evidence == "crash":
            raise ZeroDivisionError("division by zero")
        return found(self.evidence == "true", float("nan") if self.evidence == "nan" else 1.0)

    def witness(self, effort: Effort) -> Evidence:
        return found(self.witness_too == (self.evidence == "true"))


def test_two_routes_that_agree_decide() -> None:
    assert decide(Told(), Effort()).verdict is Truth.TRUE
    assert decide(Told(evidence="false"), Effort()).verdict is Truth.FALSE


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        (
            Told(witness_too=False),
            "the two routes disagree: the evidence says true (measured) and the witness says false",
        ),
        (Told(evidence="crash"), "the evidence decides nothing: it failed with ZeroDivisionError: division by zero"),
        (Told(evidence="nan"), "the evidence decides nothing: it diverged: gap is nan, in [nan, nan]"),
    ],
)
def test_what_fails_or_is_contradicted_is_undecided_with_the_reason(claim: Claim, reason: str) -> None:
    decision = decide(claim, Effort())
    assert decision.verdict is Truth.UNDECIDED
    assert decision.reason.startswith(reason)


def test_an_open_assumption_that_turns_the_verdict_is_named_with_its_values() -> None:
    ruling = rule(Told, {"witness_too": "true"}, Effort(), one_by_one)
    assert ruling.depends_on == {"evidence": ("false",)}
    assert ruling.open == {"evidence": ("crash", "nan")}
    assert str(ruling) == "depends on evidence (true for true, false for false)"


def test_an_assumption_that_the_stem_fixes_is_not_swept() -> None:
    ruling = rule(Told, {"evidence": "true", "witness_too": "yes" and "true"}, Effort(), one_by_one)
    assert (ruling.verdict, ruling.others, str(ruling)) == (Truth.TRUE, (), "true")


def test_an_unknown_assumption_is_named_with_the_nearest() -> None:
    with pytest.raises(Fault, match="told: evidenc = 'true' is not an assumption of this claim; did you mean"):
        Told.reading({"evidenc": "true"})


def test_a_decision_says_nothing_of_a_reason_when_it_is_decided() -> None:
    assert decide(Told(), Effort()).reason == ""
    assert isinstance(decide(Told(), Effort()), Decision)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (3, "the evidence decides nothing: it must return Evidence with a verdict that is a Truth, and 3 is none"),
        (
            Evidence(True, Route.PROOF, "counted"),  # type: ignore[arg-type]
            "the evidence decides nothing: it must return Evidence with a verdict that is a Truth, and True is none",
        ),
    ],
)
def test_a_route_that_returns_no_verdict_decides_nothing(
    given: object, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Told, "decide", lambda *_: given)
    decision = decide(Told(), Effort())
    assert decision.verdict is Truth.UNDECIDED
    assert decision.reason == reason
