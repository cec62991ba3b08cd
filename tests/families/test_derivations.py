"""What each family of derivations answers, in the words of the reference midterm, and what it says of mistakes."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from gradus import catalogue
from gradus.family import Family
from gradus.grading import grade


def variant(family: str, **fixed: object) -> Family:
    return catalogue.family(family).draw(random.Random(0), fixed)


GAN: dict[str, object] = {
    "loss": "L", "discriminator": "D", "generator": "G", "sample": "X", "noise": "Z", "count": "n", "averaged": True,
}  # fmt: skip
OBJECTIVE = variant("objective_gradient", objective="likelihood", parameter="theta_d", **GAN)
CRITIC = variant("wasserstein_gradient", sign="minus", parameter="theta_d", **GAN)
REAL = variant(
    "last_preactivation", preactivation="of one real sample", objective="likelihood", real="z", generated="t", **GAN
)
SHIFTED = variant(
    "last_preactivation",
    preactivation="shifted alike for all samples",
    objective="likelihood",
    real="z",
    generated="t",
    **GAN,
)
LAYER = variant(
    "layer_recursion",
    weight="W",
    preactivation="z",
    output="a",
    activation="g",
    kind="any",
    layer=0,
    loss="L",
    bias=False,
)
INPUT = variant("input_gradient", weight="W_1", preactivation="z_1", source="x", loss="L", batch=False)
BATCH = variant("input_gradient", weight="W_1", preactivation="z_1", source="x", loss="L", batch=True)
CHAIN = variant("generator_chain", objective="likelihood", parameter="theta_g", **GAN)
UP = variant("update_rule", direction="ascent", parameter="theta", step="alpha", loss="L")
DOWN = variant("update_rule", direction="descent", parameter="theta", step="alpha", loss="L")
LASSO = variant(
    "penalised_minimiser",
    quadratic="half",
    penalty="l1",
    weight="w",
    centre="star",
    curvature="H",
    strength="alpha",
    index="i",
)
ELASTIC = variant(
    "penalised_minimiser",
    quadratic="half", penalty="both", weight="w", centre="star", curvature="H", strength="alpha",
    second_strength="beta", index="i",
)  # fmt: skip
PENALTY = variant("regularised_gradient", penalty="l1", weights="w", objective="J", penalised="T", strength="alpha")
OWN = variant(
    "derivation", words="X: n × d; w: d; y: n", program="r = X @ w - y; L = norm(r)**2/n", by="w", given=(), allowed=()
)

RIGHT = [
    (OBJECTIVE, r"\frac{1}{n}\sum_{i=1}^n \left[\frac{\nabla_{\theta_d} D(X_i)}{D(X_i)} - "
     r"\frac{\nabla_{\theta_d} D(G(Z_i))}{1 - D(G(Z_i))}\right]"),
    (OBJECTIVE, "1/n * sum_i [∇D(X^i)/D(X^i) - ∇D(G(Z^i))/(1 - D(G(Z^i)))]"),
    (CRITIC, "mean_i (∇D(X_i) - ∇D(G(Z_i)))"),
    (REAL, "(1 - D(X_i))/n"),
    (REAL, "(1 - sigmoid(z_i))/n"),
    (SHIFTED, "1/n * sum_i [(1 - D(X_i)) - D(G(Z_i))]"),
    (SHIFTED, "1/n * sum_j (1 - sigmoid(z_j) - sigmoid(t_j))"),
    (LAYER, r"(W^{[l+1]})^\top \frac{\partial L}{\partial z^{[l+1]}} \odot g_l'(z_l)"),
    (INPUT, "W_1^T dz_1"),
    (BATCH, "dz_1 @ W_1"),
    (CHAIN, "sum_i ∇_{theta_g} G(Z_i) delta_i"),
    (CHAIN, r"\sum_i \nabla_{\theta_g} G(Z_i) \frac{\partial L}{\partial G(Z_i)}"),
    (UP, r"\theta + \alpha \nabla_\theta L"),
    (DOWN, "theta - alpha * ∇L"),
    (LASSO, r"\mathrm{sign}(w_i^*)\max(|w_i^*|-\alpha/H_{ii},0)"),
    (LASSO, "wi* + α/Hii when wi* ≤ −α/Hii, 0 when −α/Hii < wi* < α/Hii, wi* − α/Hii when wi* ≥ α/Hii"),
    (ELASTIC, "sign(w_i^*) * max(H_ii |w_i^*| - alpha, 0)/(H_ii + beta)"),
    (PENALTY, "∇J(w) + alpha*sign(w)"),
    (OWN, "2/n * X^T (X w - y)"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "text"), RIGHT)
def test_the_right_formula_is_right_in_any_of_its_forms(asked: Family, text: str) -> None:
    (part,) = asked.parts
    verdict = grade(asked, {part: text})[part]
    assert (verdict.status, verdict.credit) == ("right", Fraction(1)), verdict


WRONG = [
    (OBJECTIVE, "sum_i [∇D(X_i)/D(X_i) - ∇D(G(Z_i))/(1 - D(G(Z_i)))]", "factor", "Off by the factor n."),
    (OBJECTIVE, "1/n * sum_i [∇D(X_i)/D(X_i) + ∇D(G(Z_i))/(1 - D(G(Z_i)))]", "sign",
     "One term has the wrong sign: ∇_{theta_d} D(G(Z_i))/(1 - D(G(Z_i)))."),
    (CRITIC, "1/n * sum_i ∇D(X_i)", "term", "A term is missing: ∇_{theta_d} D(G(Z_i))."),
    (LAYER, "W_{l+1}^T dz_{l+1}", "activation", "The derivative of the activation is missing: g_l'(z_l)."),
    (LAYER, "W_{l+1}^T dz_{l+1} .* g_l(z_l)", "activation",
     "The activation stands where its derivative belongs: g_l'(z_l)."),
    (CHAIN, "1/n * sum_i ∇_{theta_g} G(Z_i) delta_i", "factor", "Off by the factor 1/n."),
    (UP, "theta - alpha * ∇L", "sign", "One term has the wrong sign: alpha*∇_{theta} L."),
    (OWN, "X^T (X w - y)", "factor", "Off by the factor n/2."),
    (LASSO, "w_i^* - alpha/H_ii", "branch", "Only one case was worked out: (H_ii*w_i^* - alpha)/H_ii."),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "text", "name", "feedback"), WRONG)
def test_a_slip_is_named(asked: Family, text: str, name: str, feedback: str) -> None:
    (part,) = asked.parts
    verdict = grade(asked, {part: text})[part]
    assert (verdict.mistake, verdict.feedback) == (name, feedback)
    assert verdict.credit is not None
    assert verdict.credit < 1


def test_what_a_slip_earns_is_the_author_s_to_say() -> None:
    answer = {"update": "theta - alpha * ∇L"}
    assert grade(UP, answer)["update"].credit == Fraction(1, 2)
    assert grade(UP, answer, credit={"sign": Fraction(0)})["update"].credit == 0


def test_a_derivative_left_standing_earns_half() -> None:
    verdict = grade(REAL, {"gradient": "sigmoid'(z_i)/(n*D(X_i))"})["gradient"]
    assert (verdict.mistake, verdict.credit) == ("derivative_left_standing", Fraction(1, 2))
    assert verdict.feedback == "A derivative is left standing; work it out."


def test_the_sum_over_all_samples_for_one_of_them_is_named() -> None:
    verdict = grade(REAL, {"gradient": "1/n * sum_i [(1 - D(X_i)) - D(G(Z_i))]"})["gradient"]
    assert verdict.mistake == "merged"
    assert "shift common to all samples" in verdict.feedback


def test_a_transposed_gradient_is_told_so() -> None:
    verdict = grade(BATCH, {"gradient": "W_1^T dz_1^T"})["gradient"]
    assert (verdict.mistake, verdict.credit) == ("transposed", Fraction(1, 2))


def test_a_formula_of_another_shape_is_asked_again() -> None:
    verdict = grade(INPUT, {"gradient": "W_1"})["gradient"]
    assert (verdict.status, verdict.credit) == ("unreadable", None)
    assert "this is a matrix of m × k, a vector of k is asked" in verdict.feedback


def test_l1_and_l2_differ_by_what_they_do_to_small_and_large_weights() -> None:
    asked = variant("shrinkage", weight="w", centre="c", curvature="H", l1_strength="alpha", l2_strength="beta")
    given = {"small_l1": "zero", "small_l2": "nonzero", "large_l1": "alpha/H", "large_l2": "c*beta/(H + beta)"}
    verdicts = grade(asked, {**given, "difference": "L1 makes small weights vanish."})
    assert [verdicts[part].status for part in given] == ["right"] * 4
    assert (verdicts["difference"].status, verdicts["difference"].credit) == ("undecided", None)


def test_an_own_program_that_cannot_be_read_is_a_fault_with_its_place() -> None:
    with pytest.raises(Exception, match="program = 'L = x @' cannot be read"):
        variant("derivation", words="x: k", program="L = x @", by="x")
