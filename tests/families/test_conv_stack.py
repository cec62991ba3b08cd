"""Modules in a row: the midterm's three, and what is said about each mistake."""

import pytest

from gradus.answers import Count, Shape
from gradus.errors import Faults
from gradus.families.conv_stack import ConvStack
from gradus.grading import grade


def stack(**fields: int) -> ConvStack:
    common = {"modules": 3, "stride": 1, "padding": 0, "pool": 2, "pool_stride": 2}
    return ConvStack(image=Shape(128, 128, 3), **(common | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("network", "shape", "parameters"),
    [
        # 128 → 126 → 63 → 61 → 30 → 28 → 14; 1792 + 2·(9·64 + 1)·64
        (stack(kernel=3, filters=64), Shape(14, 14, 64), 75_648),
        # 128 → 64 → 32 → 16; 1216 + 2·(25·16 + 1)·16
        (stack(kernel=5, padding=2, filters=16), Shape(16, 16, 16), 14_048),
        # 128 → 64 → 32 → 16 → 8 → 4 → 2; 416 + 2·(4·32 + 1)·32
        (stack(kernel=2, stride=2, filters=32), Shape(2, 2, 32), 8672),
        # LeNet-5's pattern on one module: C1 and S2 of LeCun et al. 1998, section II.B
        (
            ConvStack(
                image=Shape(32, 32, 1), modules=1, kernel=5, stride=1, padding=0, filters=6, pool=2, pool_stride=2
            ),
            Shape(14, 14, 6),
            156,
        ),
        # AlexNet's conv1 and overlapping pool1, Krizhevsky et al. 2012, section 3.4: 227 → 55 → 27
        (
            ConvStack(
                image=Shape(227, 227, 3), modules=1, kernel=11, stride=4, padding=0, filters=96, pool=3, pool_stride=2
            ),
            Shape(27, 27, 96),
            34_944,
        ),
    ],
)
def test_known_stacks_come_out_as_known(network: ConvStack, shape: Shape, parameters: int) -> None:
    assert network.key() == {"shape": shape, "parameters": Count(parameters, "parameters")}
    assert network.witness() == network.key()


def two(side: int, kernel: int, padding: int, pool: int, bias: bool = True) -> ConvStack:
    fields = {"kernel": kernel, "stride": 1, "padding": padding, "pool": pool, "pool_stride": 2}
    return ConvStack(image=Shape(side, side, 3), modules=2, filters=5, bias=bias, **fields)  # type: ignore[arg-type]


PLAIN = two(20, kernel=3, padding=0, pool=2)  # 20 → 18 → 9 → 7 → 3
UNEVEN = two(30, kernel=3, padding=1, pool=3)  # 30 → 30, 13.5 steps → 14 → 14, 5.5 steps → 6


@pytest.mark.parametrize(
    ("network", "answer", "mistake", "feedback"),
    [
        # 12 → 12 → 6 → 6 → 3, and with one side: 12 → 11 → 5 → 4 → 2
        (
            two(12, kernel=3, padding=1, pool=2),
            "2 × 2 × 5", "padding_counted_once",
            "The padding is added on both sides of an axis, so it counts twice.",
        ),
        # 20 → 17 → 8 → 5 → 2
        (
            PLAIN, "2 × 2 × 5", "missing_plus_one",
            "The window's first placement counts too: add 1 after dividing by the stride.",
        ),
        # 30 → 30, 14 steps → 15 → 15, 6 steps → 7
        (UNEVEN, "7 × 7 × 5", "ceil_for_floor", "A window that does not fit is dropped: round down, not up."),
        (UNEVEN, "30 × 30 × 5", "pooling_forgotten", "Pooling shrinks height and width in every module."),
        # 20 → 10 → 5
        (PLAIN, "5 × 5 × 5", "convolution_forgotten", "The convolution changes height and width as well."),
        (UNEVEN, "14 × 14 × 5", "one_module_only", "That is after one module; there are 2."),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_recognised(network: ConvStack, answer: str, mistake: str, feedback: str) -> None:
    verdict = grade(network, {"shape": answer})["shape"]
    assert (verdict.mistake, verdict.feedback) == (mistake, feedback)


SMALL, BARE = two(20, kernel=4, padding=0, pool=2), two(20, kernel=4, padding=0, pool=2, bias=False)


@pytest.mark.parametrize(
    ("network", "answer", "mistake", "feedback"),
    [
        (SMALL, 640, "bias_forgotten", "Every filter has a bias as well."),
        (BARE, 650, "bias_added", "These layers have no biases."),
        (SMALL, 690, "pooling_given_parameters", "Pooling takes a maximum: there is nothing to train in it."),
        (
            SMALL, 490, "depth_not_updated",
            "From the second module on, a filter sees the 5 channels that the module before it made.",
        ),
        (SMALL, 245, "one_module_only", "That is the first module; there are 2."),
        (SMALL, 170, "depth_forgotten", "A filter reaches through all channels of its input: multiply by the depth."),
    ],
)  # fmt: skip
def test_a_wrong_count_is_recognised(network: ConvStack, answer: int, mistake: str, feedback: str) -> None:
    # (16·3 + 1)·5 = 245 and (16·5 + 1)·5 = 405
    assert SMALL.key()["parameters"] == Count(650, "parameters")
    verdict = grade(network, {"parameters": str(answer)})["parameters"]
    assert (verdict.mistake, verdict.feedback) == (mistake, feedback)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"kernel": 31, "filters": 4},
            (
                "ConvStack: kernel = 31 must fit in module 3, where 9 + 2·0 pixels are left; "
                "choose a larger image or fewer modules"
            ),
        ),
        (
            {"kernel": 3, "filters": 4, "modules": 2, "stride": 16, "pool": 9},
            "ConvStack: pool = 9 must fit in module 1, where 8 pixels are left; choose a larger image or fewer modules",
        ),
    ],
)
def test_a_stack_whose_windows_do_not_fit_is_refused(fields: dict[str, int], message: str) -> None:
    with pytest.raises(Faults) as caught:
        stack(**fields)
    assert str(caught.value) == message
