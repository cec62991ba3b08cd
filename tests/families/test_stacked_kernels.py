"""Small kernels in a row against one large one: the published comparison, gradients, and each mistake."""

import jax
import jax.numpy as jnp
import pytest

from gradus.errors import Fault
from gradus.families.stacked_kernels import StackedKernels
from gradus.grading import grade


@pytest.mark.parametrize(
    ("variant", "answers"),
    [
        pytest.param(
            StackedKernels(layers=3, small=3, depth=256, filters=256, bias=False),
            ["7", str(27 * 256**2), str(49 * 256**2)],
            id="three 3 × 3 have 27C², one 7 × 7 has 49C²: Simonyan and Zisserman 2014, section 2.3",
        ),
        pytest.param(
            StackedKernels(layers=2, small=3, depth=64, filters=64, bias=False),
            ["5", str(18 * 64**2), str(25 * 64**2)],
            id="two 3 × 3 cost 18/25 of one 5 × 5: Szegedy et al. 2015, section 3.1",
        ),
        pytest.param(
            StackedKernels(layers=1, small=5, depth=3, filters=8), ["5", "608", "608"], id="one layer replaces itself"
        ),
    ],
)
def test_published_comparisons_come_out_as_published(variant: StackedKernels, answers: list[str]) -> None:
    assert [str(answer) for answer in variant.key().values()] == answers
    assert variant.witness() == variant.key()


def test_the_gradient_of_one_output_is_nonzero_on_as_many_pixels_as_the_kernel_has() -> None:
    def through(x: jax.Array) -> jax.Array:
        for _ in range(4):
            x = jax.lax.conv_general_dilated(x, jnp.ones((1, 1, 5)), (1,), "VALID")
        return x[0, 0, 3]

    seen = jnp.count_nonzero(jax.grad(through)(jnp.zeros((1, 1, 40))))
    assert str(StackedKernels(layers=4, small=5, depth=1, filters=8).key()["kernel"]) == str(int(seen))


# 3·(3 − 1) + 1 = 7; (9·4 + 1)·10 = 370 and twice (9·10 + 1)·10 = 910; (49·4 + 1)·10 = 1970
VARIANT = StackedKernels(layers=3, small=3, depth=4, filters=10)


@pytest.mark.parametrize(
    ("part", "answer", "mistake"),
    [
        ("kernel", "9", "kernels_added"),
        ("kernel", "6", "missing_first_pixel"),
        ("kernel", "3", "small_kernel"),
        ("kernel", "49", "area_given"),
        ("stacked", "1110", "depth_not_updated"),
        ("stacked", "2730", "first_depth_forgotten"),
        ("stacked", "370", "first_layer_only"),
        ("stacked", "1280", "one_layer_missing"),
        ("stacked", "2160", "bias_forgotten"),
        ("stacked", "2170", "biases_of_one_layer"),
        ("single", "370", "one_small_layer"),
        ("single", "1090", "areas_added"),
        ("single", "4910", "depth_taken_from_output"),
        ("single", "1960", "bias_forgotten"),
    ],
)
def test_a_mistake_is_recognised(part: str, answer: str, mistake: str) -> None:
    assert [str(key) for key in VARIANT.key().values()] == ["7", "2190", "1970"]
    assert grade(VARIANT, {part: answer})[part].mistake == mistake


def test_a_count_that_follows_from_a_wrong_kernel_keeps_its_credit() -> None:
    verdicts = grade(VARIANT, {"kernel": "9", "single": "3250"})  # (81·4 + 1)·10
    assert [verdicts[part].status for part in ("kernel", "single")] == ["wrong", "followed"]


def test_a_value_that_is_not_allowed_is_refused() -> None:
    with pytest.raises(Fault, match="StackedKernels: layers = 0 must be between 1 and 16; choose a value that is"):
        StackedKernels(layers=0, small=3, depth=4, filters=10)
