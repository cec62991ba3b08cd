"""Normalisation in a small network: what is trained, what is only stored."""

import pytest

from gradus.answers import Count
from gradus.errors import Faults
from gradus.families.norm_parameters import NormParameters
from gradus.grading import grade

BATCH = NormParameters(depth=3, kernel=5, filters=16, norm="batch", groups=2, blocks=2, classes=7)
GROUP = NormParameters(depth=3, kernel=5, filters=16, norm="group", groups=4, blocks=2, classes=7)
BARE = NormParameters(depth=3, kernel=5, filters=16, norm="layer", groups=2, blocks=2, classes=7, bias=False)
CONVS, HEAD = (25 * 3 + 1) * 16 + (25 * 16 + 1) * 16, 17 * 7


def test_the_stem_of_resnet_has_as_many_as_published() -> None:
    # torchvision ResNet (He et al. 2015, table 1): conv1.weight 9,408, bn1 64 + 64 trained and 64 + 64 stored
    stem = NormParameters(depth=3, kernel=7, filters=64, norm="batch", groups=2, blocks=1, classes=10, bias=False)
    assert stem.key() == {"parameters": Count(9408 + 128 + 650, "parameters"), "buffers": Count(128, "buffers")}
    assert stem.witness() == stem.key()


@pytest.mark.parametrize("variant", [BATCH, GROUP, BARE])
def test_only_batch_norm_stores_statistics(variant: NormParameters) -> None:
    stored = 2 * 2 * 16 if variant.norm == "batch" else 0
    assert variant.key()["buffers"] == variant.witness()["buffers"] == Count(stored, "buffers")


@pytest.mark.parametrize(
    ("variant", "part", "answer", "mistake"),
    [
        (BATCH, "parameters", CONVS + 2 * 64 + HEAD, "buffers_counted"),
        (BATCH, "parameters", CONVS + HEAD, "norm_forgotten"),
        (BATCH, "parameters", CONVS + 32 + HEAD, "scale_only"),
        (BATCH, "parameters", CONVS + 4 + HEAD, "one_pair_for_layer"),
        (BATCH, "parameters", 75 * 16 + 400 * 16 + 64 + 16 * 7, "bias_forgotten"),
        (BATCH, "parameters", 2 * 76 * 16 + 64 + HEAD, "depth_not_updated"),
        (BATCH, "parameters", CONVS + 64, "head_forgotten"),
        (GROUP, "parameters", CONVS + 2 * 2 * 4 + HEAD, "one_pair_for_group"),
        (BARE, "parameters", CONVS + 64 + HEAD, "bias_added"),
        (BATCH, "buffers", 32, "one_statistic"),
        (BATCH, "buffers", 0, "no_buffers"),
        (BATCH, "buffers", 4, "one_pair_for_layer"),
        (BARE, "buffers", 64, "statistics_stored"),
    ],
)
def test_a_mistake_is_recognised(variant: NormParameters, part: str, answer: int, mistake: str) -> None:
    assert BATCH.key()["parameters"] == Count(CONVS + 64 + HEAD, "parameters")
    assert grade(variant, {part: str(answer)})[part].mistake == mistake


def test_one_block_of_two_is_recognised() -> None:
    three = NormParameters(depth=3, kernel=5, filters=16, norm="batch", groups=2, blocks=3, classes=7)
    assert grade(three, {"buffers": "32"})["buffers"].mistake == "one_block_only"


def test_groups_that_do_not_divide_the_channels_are_refused() -> None:
    with pytest.raises(Faults, match="groups = 3 must divide the 16 channels; choose a divisor of the filters"):
        NormParameters(depth=3, kernel=5, filters=16, norm="group", groups=3, blocks=2, classes=7)
