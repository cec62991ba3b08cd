"""Which settings keep height and width: published layers, abstract evaluation, each mistake."""

import jax
import jax.numpy as jnp
import pytest

from gradus.answers import Choice, Shape
from gradus.errors import Fault, Faults
from gradus.families.same_padding_sets import SamePaddingSets, Setting
from gradus.grading import grade

PUBLISHED = SamePaddingSets(
    image=Shape(56, 48),
    settings=(
        Setting("vgg", 3, 1, 1),  # Simonyan and Zisserman 2014, section 2.1: padding 1 for 3 × 3 preserves resolution
        Setting("alexnet2", 5, 1, 2),  # Krizhevsky et al. 2012: 27 × 27 stays 27 × 27
        Setting("resnet", 7, 2, 3),  # He et al. 2015, table 1: halves
        Setting("unet", 3, 1, 0),  # Ronneberger et al. 2015: unpadded, each loses 2
        Setting("deeplab", 3, 1, 12, 12),  # Chen et al. 2016: rate 12
    ),
)


def test_published_layers_come_out_as_published() -> None:
    assert str(PUBLISHED.key()["settings"]) == "vgg, alexnet2, deeplab"
    assert PUBLISHED.witness() == PUBLISHED.key()


def test_abstract_evaluation_agrees() -> None:
    kept = set()
    for s in PUBLISHED.settings:
        made = jax.eval_shape(
            lambda x, w, s=s: jax.lax.conv_general_dilated(
                x, w, (s.stride, s.stride), [(s.padding, s.padding)] * 2, rhs_dilation=(s.dilation, s.dilation)
            ),
            jnp.zeros((1, 1, 56, 48)), jnp.zeros((1, 1, s.kernel, s.kernel)),
        )  # fmt: skip
        if made.shape[2:] == (56, 48):
            kept.add(s.label)
    key = PUBLISHED.key()["settings"]
    assert isinstance(key, Choice)
    assert key.chosen == kept


VARIANT = SamePaddingSets(
    image=Shape(30, 30),
    settings=(
        Setting("a", 3, 1, 1, 2),
        Setting("b", 5, 1, 2, 3),
        Setting("c", 3, 1, 2, 2),
        Setting("d", 5, 2, 2),
        Setting("e", 3, 1, 2),
        Setting("f", 3, 2, 1),
        Setting("g", 5, 1, 4),
        Setting("h", 4, 1, 2),
        Setting("i", 1, 1, 0),
    ),
)


@pytest.mark.parametrize(
    ("answer", "mistake", "feedback"),
    [
        ("c", "one_missed", "Setting i keeps both sizes, too."),
        ("c, i, h", "one_too_many", "All but h is right: its output is 31 × 31."),
        (
            "a b i", "dilation_ignored",
            "A dilated kernel spans more pixels than it has weights, so it needs more padding.",
        ),
        ("c d f i", "stride_ignored", "With a stride of 2 or more the output is smaller, whatever the usual padding."),
        ("e g i", "padding_counted_once", "The padding is added on both sides of an axis, so it counts twice."),
        (
            "a b d f h i", "half_kernel_rounded_down",
            "Half of the kernel is right only if it is odd, not dilated, and moves by 1.",
        ),
        ("a b d e f g h", "opposite_chosen", "Those are exactly the settings that change a size."),
    ],
)  # fmt: skip
def test_a_mistake_is_recognised(answer: str, mistake: str, feedback: str) -> None:
    assert str(VARIANT.key()["settings"]) == "c, i"
    verdict = grade(VARIANT, {"settings": answer})["settings"]
    assert (verdict.mistake, verdict.feedback) == (mistake, feedback)


def test_a_stride_and_much_padding_may_keep_one_size_of_image_by_chance() -> None:
    chance = SamePaddingSets(image=Shape(8, 8), settings=(Setting("a", 3, 2, 5), Setting("b", 3, 2, 4)))
    assert str(chance.key()["settings"]) == "a"  # ⌊(8 + 10 − 3)/2⌋ + 1 = 8
    assert chance.witness() == chance.key()


def test_none_is_an_answer() -> None:
    nothing = SamePaddingSets(image=Shape(8, 8), settings=(Setting("a", 3, 2, 1), Setting("b", 3, 1, 0)))
    assert grade(nothing, {"settings": "none"})["settings"].status == "right"


def test_a_kernel_that_does_not_fit_is_refused_with_its_label() -> None:
    with pytest.raises(Faults) as caught:
        SamePaddingSets(image=Shape(8, 8), settings=(Setting("a", 3, 1, 1), Setting("b", 5, 1, 0, 3)))
    assert str(caught.value) == (
        "SamePaddingSets: settings = 'b' has a kernel that spans 13 pixels, but the padded image has 8 + 2·0; "
        "choose a smaller kernel or more padding"
    )


def test_labels_that_stand_twice_are_refused() -> None:
    with pytest.raises(Fault, match="must be 2 to 12 settings with different labels"):
        SamePaddingSets(image=Shape(8, 8), settings=(Setting("a", 3, 1, 1), Setting("a", 5, 1, 2)))
