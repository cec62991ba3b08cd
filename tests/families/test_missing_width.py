"""The width that a parameter count stands for: published networks, and what goes wrong."""

import pytest

from gradus.answers import Count
from gradus.families.missing_width import MissingWidth
from gradus.grading import grade


def test_a_published_network_has_the_width_that_was_published() -> None:
    # PyTorch's quickstart: 784-512-512-10 has 669,706
    net = MissingWidth(inputs=784, units=512, layers=2, outputs=10)
    assert "$669706$" in net.prompt()
    assert net.key() == net.witness() == {"width": Count(512, "units")}


@pytest.mark.parametrize("units", [1, 2, 7, 100])
@pytest.mark.parametrize("layers", [1, 2, 3, 6])
@pytest.mark.parametrize("bias", [True, False])
def test_every_width_is_found_again(units: int, layers: int, bias: bool) -> None:
    net = MissingWidth(inputs=5, units=units, layers=layers, outputs=3, bias=bias)
    assert net.key() == net.witness() == {"width": Count(units, "units")}


ONE = MissingWidth(inputs=20, units=100, layers=1, outputs=8)  # 21·100 + 101·8 = 2908
THREE = MissingWidth(inputs=20, units=100, layers=3, outputs=8)  # 2908 + 2·101·100 = 23,108


@pytest.mark.parametrize(
    ("variant", "answer", "mistake"),
    [
        (ONE, 2908 // 21, "output_layer_forgotten"),
        (ONE, 2908 // 28, "biases_forgotten"),
        (THREE, 100, ""),
        (THREE, 23_108 // 21, "output_layer_forgotten"),
        (THREE, 23_100 // 31, "hidden_weights_forgotten"),
        (THREE, 23_108 // 3 // 21, "spread_evenly"),
    ],
)
def test_a_mistake_is_recognised(variant: MissingWidth, answer: int, mistake: str) -> None:
    assert grade(variant, {"width": str(answer)})["width"].mistake == mistake


def test_forgotten_biases_are_recognised_in_a_quadratic_equation() -> None:
    # 2·40² + (4 + 3)·40 + 2 = 3482, and 2w² + 4w = 3482 has its root at 40.7
    net = MissingWidth(inputs=2, units=40, layers=3, outputs=2)
    assert grade(net, {"width": "41"})["width"].mistake == "biases_forgotten"
    assert grade(net, {"width": "40"})["width"].status == "right"
