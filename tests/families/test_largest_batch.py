"""The largest batch that fits a memory: what is fixed, what each example takes, and what goes wrong."""

import pytest

from gradus.answers import Count
from gradus.errors import Faults
from gradus.families.largest_batch import LargestBatch
from gradus.grading import grade

ADAM = LargestBatch(parameters=100_000_000, values=20_000_000, memory=16, optimiser="adam", width=4)
SGD = LargestBatch(parameters=100_000_000, values=20_000_000, memory=16, optimiser="sgd", width=4)
ROOM = 16 * 1024**3


def test_vgg16_with_adam_takes_two_gigabytes_before_the_first_image() -> None:
    # 138,357,544 parameters (Simonyan and Zisserman 2014, table 2); CS231n's table sums to 15,237,608 values an image
    vgg = LargestBatch(parameters=138_357_544, values=15_237_608, memory=12, optimiser="adam", width=4)
    fixed = 2_213_720_704
    assert vgg.key() == {
        "fixed": Count(fixed, "bytes"),
        "batch": Count((12 * 1024**3 - fixed) // 60_950_432, "examples"),
    }
    assert vgg.witness() == vgg.key()


@pytest.mark.parametrize(("spare", "batch"), [(0, 8), (1, 7)])
def test_a_batch_that_fills_the_memory_fits(spare: int, batch: int) -> None:
    # 2 · 2²⁷ parameters of 2 bytes are half a GiB; 8 examples of 2²⁵ values of 2 bytes are the other half
    full = LargestBatch(parameters=2**27 + spare, values=2**25, memory=1, optimiser="sgd", width=2)
    assert full.key()["batch"] == full.witness()["batch"] == Count(batch, "examples")


@pytest.mark.parametrize(
    ("variant", "part", "answer", "mistake"),
    [
        (ADAM, "fixed", 400_000_000, "weights_only"),
        (ADAM, "fixed", 1_200_000_000, "one_vector_forgotten"),
        (SGD, "fixed", 1_200_000_000, "state_added"),
        (ADAM, "fixed", 800_000_000, "state_forgotten"),
        (SGD, "fixed", 200_000_000, "numbers_given"),
        (ADAM, "batch", ROOM // 80_000_000, "fixed_forgotten"),
        (ADAM, "batch", 195, "rounded_up"),
        (ADAM, "batch", ROOM // 1_680_000_000, "fixed_for_every_example"),
        (ADAM, "batch", 180, "decimal_gigabytes"),
        (ADAM, "batch", (ROOM - 1_600_000_000) // 20_000_000, "width_forgotten"),
    ],
)
def test_a_mistake_is_recognised(variant: LargestBatch, part: str, answer: int, mistake: str) -> None:
    assert ADAM.key() == {"fixed": Count(1_600_000_000, "bytes"), "batch": Count(194, "examples")}
    assert grade(variant, {part: str(answer)})[part].mistake == mistake


def test_a_batch_for_wrong_fixed_bytes_is_right_for_these() -> None:
    verdicts = grade(ADAM, {"fixed": "800000000", "batch": str((ROOM - 800_000_000) // 80_000_000)})
    assert [verdict.status for verdict in verdicts.values()] == ["partial", "followed"]


def test_a_memory_too_small_for_one_example_is_refused() -> None:
    with pytest.raises(Faults, match="leaves 0 bytes of 1 GiB, too few for one example; use more memory"):
        LargestBatch(parameters=10**9, values=10, memory=1, optimiser="sgd", width=4)


def test_a_batch_beyond_all_counting_is_refused() -> None:
    with pytest.raises(Faults, match="values = 1 are so few that 268435454 examples fit; use less memory or more"):
        LargestBatch(parameters=1, values=1, memory=1, optimiser="sgd", width=4)
