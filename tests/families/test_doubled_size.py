"""Doubling the sizes of a convolution: published statements, abstract evaluation, each mistake."""

from fractions import Fraction

import jax
import jax.numpy as jnp
import pytest

from gradus.answers import Real
from gradus.errors import Faults
from gradus.families.doubled_size import Doubled, DoubledSize
from gradus.grading import grade


@pytest.mark.parametrize(
    ("doubled", "also", "factors"),
    [
        pytest.param(
            "filters", "stride", ["0.5", "2", "0.5"], id="filters double as the map is halved, from 64 inputs"
        ),
        pytest.param("side", "stride", ["1", "1", "1"], id="twice the image at twice the stride"),
        pytest.param(
            "depth", "filters", ["2", "4", "4"], id="a width multiplier of 2: Howard et al. 2017, section 3.3"
        ),
        pytest.param(
            "side", "nothing", ["4", "1", "4"], id="resolution multiplier of 2: Howard et al. 2017, section 3.4"
        ),
        pytest.param("kernel", "nothing", ["1", "4", "4"], id="2 × 2 to 4 × 4"),
        pytest.param("stride", "nothing", ["0.25", "1", "0.25"], id="stride 2"),
    ],
)
def test_published_statements_come_out_as_published(doubled: Doubled, also: Doubled, factors: list[str]) -> None:
    variant = DoubledSize(side=56, depth=64, filters=64, kernel=3, stride=1, doubled=doubled, also=also)
    assert [str(factor) for factor in variant.key().values()] == factors
    assert variant.witness() == variant.key()


def test_a_resnet_keeps_its_multiply_adds_from_stage_to_stage() -> None:
    # He et al. 2015, section 3.3: half the map, twice the filters "to preserve the time complexity per layer"
    stage = DoubledSize(side=28, depth=128, filters=128, kernel=3, stride=1, doubled="depth", also="filters")
    halved = DoubledSize(side=28, depth=128, filters=128, kernel=3, stride=1, doubled="stride", also="nothing")
    factors = [variant.key()["operations"] for variant in (stage, halved)]
    assert factors == [Real(Fraction(4)), Real(Fraction(1, 4))]


def test_biases_make_the_factor_of_parameters_a_fraction() -> None:
    variant = DoubledSize(side=16, depth=3, filters=8, kernel=3, stride=1, doubled="depth", also="nothing", bias=True)
    assert variant.key()["parameters"] == Real(Fraction(55, 28))
    assert variant.witness() == variant.key()
    assert "55/28" in variant.working()


@pytest.mark.parametrize("doubled", ["side", "depth", "filters", "kernel", "stride"])
def test_abstract_evaluation_agrees(doubled: Doubled) -> None:
    sizes = {"side": 24, "depth": 3, "filters": 4, "kernel": 3, "stride": 2}
    counts = []
    for factor in (1, 2):
        n = {name: size * (factor if name == doubled else 1) for name, size in sizes.items()}
        kernel = jnp.zeros((n["filters"], n["depth"], n["kernel"], n["kernel"]))
        made = jax.eval_shape(
            lambda x, w, n=n: jax.lax.conv_general_dilated(x, w, (n["stride"],) * 2, "SAME"),
            jnp.zeros((1, n["depth"], n["side"], n["side"])), kernel,
        )  # fmt: skip
        counts.append((made.size, kernel.size, made.size * kernel.size // n["filters"]))
    variant = DoubledSize(side=24, depth=3, filters=4, kernel=3, stride=2, doubled=doubled, also="nothing")
    assert list(variant.key().values()) == [Real(Fraction(b, a)) for a, b in zip(*counts, strict=True)]


@pytest.mark.parametrize(
    ("doubled", "also", "part", "answer", "mistake"),
    [
        ("side", "nothing", "values", "2", "side_not_squared"),
        ("stride", "nothing", "values", "4", "stride_enlarges"),
        ("filters", "nothing", "values", "1", "filters_forgotten"),
        ("depth", "nothing", "values", "2", "depth_counted"),
        ("kernel", "nothing", "values", "1/2", "kernel_counted"),
        ("side", "nothing", "parameters", "4", "positions_counted"),
        ("kernel", "depth", "parameters", "4", "kernel_not_squared"),
        ("filters", "depth", "parameters", "2", "depth_forgotten"),
        ("side", "kernel", "operations", "8", "kernel_not_squared"),
        ("depth", "nothing", "operations", "1", "depth_forgotten"),
        ("stride", "nothing", "operations", "1", "positions_forgotten"),
        ("kernel", "nothing", "operations", "1", "weights_forgotten"),
        ("filters", "nothing", "operations", "4", "filters_counted_twice"),
    ],
)
def test_a_mistake_is_recognised(doubled: Doubled, also: Doubled, part: str, answer: str, mistake: str) -> None:
    variant = DoubledSize(side=32, depth=3, filters=4, kernel=3, stride=1, doubled=doubled, also=also)
    assert grade(variant, {part: answer})[part].mistake == mistake


def test_operations_that_follow_from_wrong_factors_keep_their_credit() -> None:
    variant = DoubledSize(side=32, depth=3, filters=4, kernel=3, stride=1, doubled="side", also="kernel")
    verdicts = grade(variant, {"values": "2", "parameters": "4", "operations": "8"})
    assert [verdict.status for verdict in verdicts.values()] == ["partial", "right", "followed"]


def test_doubling_the_same_size_twice_is_refused() -> None:
    with pytest.raises(Faults) as caught:
        DoubledSize(side=32, depth=3, filters=4, kernel=3, stride=1, doubled="side", also="side")
    assert str(caught.value) == "DoubledSize: also = 'side' is doubled already; name another size, or nothing"


def test_a_stride_that_does_not_divide_the_side_is_refused() -> None:
    with pytest.raises(Faults, match="stride = 4 must divide the side 20, also when it is doubled"):
        DoubledSize(side=20, depth=3, filters=4, kernel=3, stride=4, doubled="stride", also="nothing")
