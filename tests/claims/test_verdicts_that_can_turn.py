"""A claim that could not have come out otherwise decides nothing: each is shown a world in which it must."""

from fractions import Fraction

import numpy as np
import pytest

from gradus.answers import Truth
from gradus.claim import Claim, Effort, Level, Route
from gradus.claims import find

QUICK = Effort(Level.QUICK)


def read(name: str, **given: object) -> Claim:
    """Return a claim under assumptions."""
    return find(name).reading(given)


def test_zero_is_followed_through_the_activation_that_the_network_has(monkeypatch: pytest.MonkeyPatch) -> None:
    from gradus.lab import convnets

    claim = read("zero_image", bias="none")
    assert claim.decide(QUICK).route is Route.PROOF
    monkeypatch.setattr(convnets, "activate", lambda name, z: np.maximum(z, 0) + 1)
    assert claim.decide(QUICK).verdict is Truth.FALSE


def test_a_gradient_that_misses_the_differences_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = read("backpropagation_cycles", method="implicit differentiation at an equilibrium")
    assert claim.decide(QUICK).verdict is Truth.FALSE
    monkeypatch.setattr(np.linalg, "solve", lambda left, right: 2 * right)
    assert claim.decide(QUICK).verdict is Truth.UNDECIDED


def test_random_graphs_are_no_proof() -> None:
    assert read("backpropagation_cycles").decide(QUICK).route is Route.EXPERIMENT


@pytest.mark.parametrize(("quantity", "verdict"), [("γ of batch norm", Truth.TRUE), ("β of Adam", Truth.FALSE)])
def test_what_is_updated_is_read_from_one_gradient_of_the_whole_step(quantity: str, verdict: Truth) -> None:
    assert read("backpropagation_updates", quantity=quantity).decide(QUICK).verdict is verdict


def test_a_running_mean_moves_without_a_gradient() -> None:
    found = read("backpropagation_updates", quantity="running mean of batch norm").decide(QUICK)
    assert found.verdict is Truth.FALSE
    assert "is at most 0; the step itself changes it by 0." in found.finding


def test_dropping_units_is_what_monte_carlo_dropout_would_do_and_no_fixed_multiple() -> None:
    found = read("dropout_at_test_time", does="drops units").decide(QUICK)
    assert found.verdict is Truth.FALSE
    assert "gives 0 or 1 times it" in found.finding


def test_an_ordinary_layer_multiplies_by_one_half_where_one_half_is_dropped_and_does_not_divide() -> None:
    half = {"kind": "ordinary", "p": "1/2"}
    assert read("dropout_at_test_time", **half).decide(QUICK).verdict is Truth.TRUE
    assert read("dropout_at_test_time", **half, does="divides by p").decide(QUICK).verdict is Truth.FALSE


def test_a_mass_function_and_a_density_are_told_apart_by_their_totals() -> None:
    assert "their total is 1" in read("softmax_distribution").decide(QUICK).finding
    density = read("softmax_distribution", called="probability density").decide(QUICK)
    assert density.verdict is Truth.FALSE
    assert "as a probability density their total is 0" in density.finding


def test_ties_are_tripled_and_not_only_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    from gradus.claims import linear

    claim = read("tripled_weights", ties="count as right")
    assert claim.witness(QUICK).verdict is Truth.FALSE
    told = iter([(0.7, 1.0), (0.2, 1.0)])
    monkeypatch.setattr(linear, "_scores", lambda *_: next(told))
    assert claim.witness(QUICK).verdict is Truth.TRUE


def test_equal_means_are_a_rule_and_not_only_a_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    from gradus.claims import linear

    claim = read("zero_initialised_classifier", data="balanced classes of equal means")
    assert "a quarter of the difference" in claim.decide(QUICK).finding
    monkeypatch.setattr(linear, "_first_gradient", lambda *_: [[Fraction(1, 2)] * 2] * 2)
    assert claim.decide(QUICK).verdict is Truth.UNDECIDED


def test_the_best_threshold_is_counted_in_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    from gradus.claims import probabilities

    claim = read("resampled_threshold")
    assert claim.decide(QUICK).verdict is Truth.TRUE
    monkeypatch.setattr(probabilities, "_score", lambda positives, negatives, kept: Fraction(3, 5))
    assert claim.decide(QUICK).verdict is Truth.UNDECIDED


def test_a_grid_of_populations_refutes_but_proves_nothing_of_others() -> None:
    assert read("f1_for_costly_accusations").decide(QUICK).route is Route.COUNTEREXAMPLE
    assert read("f1_for_costly_accusations", accusation="costs a fifth").decide(QUICK).route is Route.EXPERIMENT


def _runs(claim: Claim) -> list[tuple[float, float, float]]:
    effects = (claim.decide(QUICK).effect, claim.witness(QUICK).effect)
    return [(effect.value, effect.low, effect.high) for effect in effects if effect]


@pytest.mark.parametrize("name", ["flat_loss", "lasso_selection"])
def test_a_share_of_runs_has_an_interval_though_all_runs_agree(name: str) -> None:
    for value, low, high in _runs(read(name)):
        assert low < value <= high or low <= value < high


def test_the_variance_of_a_model_is_judged_over_training_sets_and_not_over_examples() -> None:
    found = read("early_stopping_variance").decide(QUICK)
    assert found.networks == QUICK.choose(12, 16, 96)
    assert found.effect is not None
    assert found.effect.high < -found.effect.least


def test_a_stop_that_is_hardly_sooner_is_no_speed_and_no_made_up_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    from gradus.claims import early_stopping

    monkeypatch.setattr(early_stopping, "PATIENCE", 55)
    found = read("early_stopping_speed").decide(QUICK)
    assert found.verdict is Truth.FALSE
    assert found.effect is not None
    assert found.effect.name == "times sooner"
    assert 1 <= found.effect.value < 2


def test_a_difference_too_wide_to_tell_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    from gradus.claims import preprocessing

    claim = read("statistics_before_split", asked="whether accuracy on like data stays the same")
    assert claim.decide(QUICK).verdict is Truth.TRUE
    monkeypatch.setattr(preprocessing, "LEAST", 0.015)  # within the interval
    assert claim.decide(QUICK).verdict is Truth.UNDECIDED


def test_the_curve_of_a_gradient_is_measured_layer_by_layer() -> None:
    figure = read("relu_against_explosion").decide(QUICK).figure
    assert figure is not None
    for series in figure.series:
        assert len(series.x) == 41
        steps = np.diff(np.log(series.y))
        assert steps.std() > 1e-4  # a straight line would be the mean, drawn


@pytest.mark.filterwarnings("error")
def test_an_overflow_before_the_clip_is_judged_without_a_ratio_of_infinities() -> None:
    claim = read("clipping_against_explosion", measured="gradient before it is clipped", overflow=True)
    found = claim.witness(QUICK)
    assert found.verdict is Truth.FALSE
    assert "0% of 8 recurrent networks begin with half the gradient or less" in found.finding
