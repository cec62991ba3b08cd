"""The layer between two shapes: published networks, several that fit, each mistake."""

import pytest

from gradus.answers import Shape
from gradus.countersigning import countersign
from gradus.errors import Fault, Faults
from gradus.families.missing_layer import Gap, MissingLayer, Option
from gradus.grading import grade


@pytest.mark.parametrize(
    ("before", "after", "options", "label"),
    [
        pytest.param(
            Shape(224, 224, 3), Shape(112, 112, 64),
            (
                Option("a", "convolution", 7, 2, 0, 64),
                Option("b", "convolution", 7, 2, 3, 64),
                Option("c", "pooling", 2, 2),
            ),
            "b", id="the first layer of ResNet: He et al. 2015, table 1",
        ),
        pytest.param(
            Shape(55, 55, 96), Shape(27, 27, 96),
            (
                Option("a", "pooling", 2, 1),
                Option("b", "convolution", 5, 1, 2, 96),
                Option("c", "pooling", 3, 2),
            ),
            "c", id="the first pooling of AlexNet: Krizhevsky et al. 2012, section 3.4",
        ),
        pytest.param(
            Shape(28, 28, 1024), Shape(56, 56, 512),
            (
                Option("a", "transposed", 2, 2, 0, 512),
                Option("b", "convolution", 2, 2, 0, 512),
                Option("c", "transposed", 3, 2, 0, 512),
            ),
            "a", id="the first up-convolution of U-Net: Ronneberger et al. 2015, figure 1",
        ),
    ],
)  # fmt: skip
def test_published_layers_are_found(before: Shape, after: Shape, options: tuple[Option, ...], label: str) -> None:
    variant = MissingLayer(gap=Gap(before, after, options))
    assert str(variant.key()["layer"]) == label
    assert variant.witness() == variant.key()


# the wanted layer shrinks 20 to ⌊(20 + 2 − 4)/2⌋ + 1 = 10 and makes 6 channels of 3
OPTIONS = (
    Option("a", "convolution", 4, 2, 1, 6),
    Option("b", "convolution", 4, 2, 1, 3),
    Option("c", "transposed", 4, 2, 1, 6),
    Option("d", "convolution", 5, 3, 1, 6),
    Option("e", "pooling", 31, 2, 1),
)
VARIANT = MissingLayer(gap=Gap(Shape(20, 24, 3), Shape(10, 12, 6), OPTIONS))


@pytest.mark.parametrize(
    ("answer", "mistake", "feedback"),
    [
        ("b", "channels_overlooked", "Layer b makes 10 × 12 × 3: height and width are right, the channels are not."),
        ("c", "wrong_direction", "Layer c makes 40 × 48 × 6: a transposed convolution enlarges its input."),
        ("d", "sizes_differ", "Layer d makes 6 × 8 × 6: kernel, stride and padding must make both sizes."),
        (
            "e", "sizes_differ",
            "Layer e makes nothing, since its window does not fit: kernel, stride and padding must make both sizes.",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_recognised(answer: str, mistake: str, feedback: str) -> None:
    assert str(VARIANT.key()["layer"]) == "a"
    verdict = grade(VARIANT, {"layer": answer})["layer"]
    assert (verdict.mistake, verdict.feedback) == (mistake, feedback)


def test_a_layer_that_shrinks_is_no_answer_to_a_gap_that_grows() -> None:
    grows = MissingLayer(gap=Gap(Shape(10, 12, 3), Shape(20, 24, 6), OPTIONS))
    assert str(grows.key()["layer"]) == "c"
    assert grade(grows, {"layer": "a"})["layer"].mistake == "wrong_direction"


def test_two_layers_that_fit_leave_the_question_open() -> None:
    both = (Option("a", "convolution", 3, 2, 1, 6), Option("b", "convolution", 4, 2, 1, 6))
    open_ended = countersign(MissingLayer(gap=Gap(Shape(20, 20, 3), Shape(10, 10, 6), both)))
    assert open_ended.underdetermined is not None
    assert open_ended.underdetermined.solutions == ("a", "b")


def test_a_gap_that_nothing_fills_is_refused() -> None:
    with pytest.raises(Faults) as caught:
        MissingLayer(gap=Gap(Shape(20, 20, 3), Shape(11, 11, 6), OPTIONS))
    assert str(caught.value) == (
        "MissingLayer: gap has no option that makes 11 × 11 × 6 out of 20 × 20 × 3; "
        "add the layer that does, or mend a shape"
    )


def test_a_pooling_with_filters_is_refused() -> None:
    with pytest.raises(Fault, match="must be two shapes and 2 to 12 options with different labels, of which pooling"):
        MissingLayer(gap=Gap(Shape(4, 4, 3), Shape(2, 2, 3), (Option("a", "pooling", 2, 2, 0, 3), OPTIONS[1])))
