"""The 1×1 reduction: published savings, the limit of what pays, and what goes wrong."""

import pytest

from gradus.answers import Count
from gradus.families.bottleneck import Bottleneck
from gradus.grading import grade

# the 5×5 branch of GoogLeNet's inception (3a), Szegedy et al. 2014, table 1
INCEPTION = Bottleneck(side=28, depth=192, narrow=16, filters=32, kernel=5)
SMALL = Bottleneck(side=10, depth=50, narrow=6, filters=8, kernel=3)
DIRECT, INTO, OUT = 100 * 9 * 50 * 8, 100 * 50 * 6, 100 * 9 * 6 * 8


def test_inception_takes_120_million_or_12_million() -> None:
    counts = {name: answer for name, answer in INCEPTION.key().items() if name != "widest"}
    assert counts == {
        "direct": Count(120_422_400, "multiply-adds"),
        "reduced": Count(2_408_448 + 10_035_200, "multiply-adds"),
    }
    assert INCEPTION.witness() == INCEPTION.key()


def test_the_widest_reduction_pays_and_one_more_filter_does_not() -> None:
    widest = INCEPTION.key()["widest"]
    assert widest == Count(154, "filters")  # 153,600/(192 + 800) = 154.8
    assert 154 * (192 + 800) < 25 * 192 * 32 < 155 * (192 + 800)


def test_a_detour_of_equal_cost_does_not_pay() -> None:
    even = Bottleneck(side=5, depth=18, narrow=4, filters=2, kernel=3)  # r·(18 + 18) < 324: 9 costs the same
    assert even.key()["widest"] == even.witness()["widest"] == Count(8, "filters")


def test_where_no_reduction_pays_the_widest_is_none() -> None:
    none = Bottleneck(side=5, depth=1, narrow=1, filters=1, kernel=3)
    assert none.key()["widest"] == none.witness()["widest"] == Count(0, "filters")


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("direct", 2 * DIRECT, "flops_given"),
        ("direct", 3600, "parameters_given"),
        ("direct", 100 * 9 * 8, "depth_forgotten"),
        ("direct", 100 * 3 * 50 * 8, "kernel_not_squared"),
        ("reduced", 2 * (INTO + OUT), "flops_given"),
        ("reduced", 300 + 432, "parameters_given"),
        ("reduced", OUT, "reduction_forgotten"),
        ("reduced", INTO, "reduction_only"),
        ("reduced", INTO + DIRECT, "depth_not_reduced"),
        ("widest", 49, "narrower_than_input"),
        ("widest", 71, "reduction_only"),
        ("widest", 30, "rounded_up"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: int, mistake: str) -> None:
    assert SMALL.key()["widest"] == Count(29, "filters")  # 3600/122 = 29.5
    assert grade(SMALL, {part: str(answer)})[part].mistake == mistake
