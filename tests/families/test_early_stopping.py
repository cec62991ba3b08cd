"""Early stopping: the definition read literally, each mistake."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.answers import Count
from gradus.errors import Fault
from gradus.families.early_stopping import EarlyStopping
from gradus.grading import grade

NONE = Fraction(0)
CURVE = tuple(Fraction(n, 100) for n in (90, 60, 70, 50, 58, 55, 80, 30, 40))
VARIANT = EarlyStopping(losses=CURVE, patience=3, least=NONE)

LOSSES = st.lists(st.integers(1, 9).map(Fraction), min_size=2, max_size=12).map(tuple)


@given(LOSSES, st.integers(1, 5), st.integers(0, 2).map(Fraction))
def test_key_and_witness_agree_on_every_curve(losses: tuple[Fraction, ...], patience: int, least: Fraction) -> None:
    variant = EarlyStopping(losses=losses, patience=patience, least=least)
    assert variant.key() == variant.witness()


@given(LOSSES, st.integers(1, 5))
def test_the_definition_read_literally_agrees(losses: tuple[Fraction, ...], patience: int) -> None:
    """Training ends with the first epoch whose last `patience` epochs are all no better than the best before them."""
    ends = (
        t for t in range(patience + 1, len(losses) + 1) if min(losses[t - patience : t]) >= min(losses[: t - patience])
    )
    stopped = next(ends, len(losses))
    kept = losses.index(min(losses[:stopped])) + 1
    key = EarlyStopping(losses=losses, patience=patience, least=NONE).key()
    assert (key["stopped"], key["kept"]) == (Count(stopped), Count(kept))


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("stopped", "4", "at_the_improvement"),
        ("stopped", "8", "one_epoch_too_late"),
        ("stopped", "6", "one_epoch_too_early"),
        ("stopped", "9", "never_stopped"),
        ("kept", "7", "last_epoch_kept"),
        ("kept", "8", "best_of_the_whole_curve"),
        ("kept", "3", "counted_from_zero"),
        ("loss", "0.8", "last_epoch_kept"),
        ("loss", "0.3", "best_of_the_whole_curve"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in VARIANT.key().values()] == ["7", "4", "0.5"]
    assert grade(VARIANT, {part: answer})[part].mistake == mistake


def test_comparing_with_the_epoch_before_is_recognised() -> None:
    losses = tuple(Fraction(n, 10) for n in (9, 5, 8, 7, 6, 6, 6, 4))
    variant = EarlyStopping(losses=losses, patience=3, least=NONE)
    assert [str(key) for key in variant.key().values()] == ["5", "2", "0.5"]
    longer = EarlyStopping(losses=losses, patience=2, least=NONE)
    assert str(longer.key()["stopped"]) == "4"
    assert grade(longer, {"stopped": "7"})["stopped"].mistake == "compared_with_the_epoch_before"


@pytest.mark.parametrize(("part", "answer"), [("stopped", "5"), ("kept", "3"), ("loss", "0.58")])
def test_a_least_improvement_that_was_ignored_is_recognised(part: str, answer: str) -> None:
    losses = tuple(Fraction(n, 100) for n in (90, 60, 58, 59, 70, 20))
    variant = EarlyStopping(losses=losses, patience=2, least=Fraction(5, 100))
    assert [str(key) for key in variant.key().values()] == ["4", "2", "0.6"]
    assert "more than $0.05$ lower than the loss of the last improvement" in variant.prompt()
    verdict = grade(variant, {part: answer})[part]
    assert verdict.mistake in {"least_improvement_ignored", "one_epoch_too_late"}
    assert verdict.credit == Fraction(1, 2)


def test_the_loss_of_a_wrong_epoch_follows() -> None:
    assert grade(VARIANT, {"kept": "6", "loss": "0.55"})["loss"].status == "followed"
    assert grade(VARIANT, {"kept": "99", "loss": "0.55"})["loss"].status == "wrong"


def test_training_that_is_never_stopped_ends_with_the_curve() -> None:
    variant = EarlyStopping(losses=CURVE[:2], patience=9, least=NONE)
    assert [str(key) for key in variant.key().values()] == ["2", "2", "0.6"]


def test_curves_drawn_are_stopped_before_their_end() -> None:
    for seed in range(50):
        variant = EarlyStopping.draw(random.Random(seed))
        stopped, kept, _ = variant.key().values()
        assert isinstance(stopped, Count)
        assert isinstance(kept, Count)
        assert 1 < kept.value < stopped.value < len(variant.losses)


def test_a_curve_of_one_epoch_is_refused() -> None:
    with pytest.raises(Fault, match=r"losses = .* must be a list of 2 to 60 values, each a number between"):
        EarlyStopping(losses=(NONE,), patience=1, least=NONE)
