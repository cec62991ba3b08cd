"""Batch norm backward: automatic differentiation, what its gradients sum to, each mistake."""

import random
from fractions import Fraction
from typing import Any

import pytest

from gradus.answers import Real
from gradus.countersigning import countersign
from gradus.errors import Faults
from gradus.families.batch_norm_backward import BatchNormBackward
from gradus.grading import grade

NUMBERS: dict[str, Any] = {"batch": (1, -5, 3, 1), "upstream": (1, 2, -1, 4), "scale": 3, "sample": 2}


def ask(**changes: Any) -> BatchNormBackward:
    return BatchNormBackward(**(NUMBERS | changes))


def number(answer: object) -> float:
    assert isinstance(answer, Real)
    return float(answer.value)


def test_automatic_differentiation_agrees() -> None:
    import jax
    import jax.numpy as jnp

    def loss(x: Any, scale: Any, shift: Any, upstream: Any) -> Any:
        return ((scale * jax.nn.standardize(x, epsilon=0.0) + shift) * upstream).sum()

    with jax.enable_x64(True):
        for seed in range(20):
            variant = BatchNormBackward.draw(random.Random(seed))
            x, upstream = jnp.array(variant.batch, float), jnp.array(variant.upstream, float)
            by_x, by_scale, by_shift = jax.grad(loss, (0, 1, 2))(x, float(variant.scale), 0.5, upstream)
            found = [number(answer) for answer in variant.key().values()]
            assert found == pytest.approx([float(by_scale), float(by_shift), float(by_x[variant.sample - 1])], abs=1e-9)


def test_gradients_of_the_samples_sum_to_nothing_and_do_not_stretch() -> None:
    # the output does not change when a number is added to all samples, or all are stretched
    slopes = [number(ask(sample=place).key()["input_gradient"]) for place in (1, 2, 3, 4)]
    assert sum(slopes) == pytest.approx(0, abs=1e-12)
    assert sum(slope * x for slope, x in zip(slopes, NUMBERS["batch"], strict=True)) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("scale_gradient", "-8", "not_normalised"),
        ("scale_gradient", "-2/3", "mean_for_sum"),
        ("scale_gradient", "-10/3", "one_sample"),
        ("shift_gradient", "1.5", "mean_for_sum"),
        ("shift_gradient", "2", "one_sample"),
        ("shift_gradient", "18", "scaled"),
        ("shift_gradient", "-8/3", "that_of_the_scale"),
        ("input_gradient", "2", "statistics_fixed"),
        ("input_gradient", "1/2", "variance_fixed"),
        ("input_gradient", "8/9", "mean_fixed"),
        ("input_gradient", "-11/54", "scale_forgotten"),
        ("input_gradient", "-11/6", "not_divided"),
        ("input_gradient", "-0.611", "rounded"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in ask().key().values()] == ["-8/3", "6", "-11/18"]
    assert grade(ask(), {part: answer})[part].mistake == mistake


def test_the_variance_for_its_root_is_recognised() -> None:
    other = ask(scale=2)
    assert grade(other, {"input_gradient": "-11/81"})["input_gradient"].mistake == "root_forgotten"


def test_irrational_gradients_are_near_enough() -> None:
    variant = ask(batch=(0, 1, 2, 4), epsilon=Fraction(1, 1000))
    assert "within 0.001" in variant.prompt()
    assert countersign(variant).complete


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"upstream": (1, 2)},
            "BatchNormBackward: upstream = [1, 2] must be as many as the 4 samples; give each output its gradient",
        ),
        ({"sample": 5}, "BatchNormBackward: sample = 5 must be one of the batch's 4; choose an earlier one"),
        (
            {"batch": (2, 2, 2, 2)},
            "BatchNormBackward: batch are all the same, so that 0 is divided by 0; change one, or set epsilon",
        ),
        (
            {"epsilon": Fraction(101)},
            "BatchNormBackward: epsilon = '101' must be between 0 and 100; write 0",
        ),
    ],
)
def test_what_cannot_be_normalised_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(Faults) as caught:
        ask(**changes)
    assert str(caught.value) == message
