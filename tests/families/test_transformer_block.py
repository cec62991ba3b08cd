"""Transformer blocks: published stacks, 12d² + 13d, and what goes wrong."""

import pytest

from gradus.answers import Count
from gradus.errors import Faults
from gradus.families.transformer_block import TransformerBlock
from gradus.grading import grade

BLOCK = TransformerBlock(width=64, heads=4, ratio=3, blocks=5)
BARE = TransformerBlock(width=64, heads=4, ratio=3, blocks=5, bias=False)
SQUARE, ATTENTION, MLP = 64 * 64, 4 * 65 * 64, 65 * 192 + 193 * 64


@pytest.mark.parametrize(
    ("variant", "total"),
    [
        pytest.param(
            TransformerBlock(width=768, heads=12, ratio=4, blocks=12), 85_054_464,
            id="the encoder of BERT base (Devlin et al. 2018), the blocks of GPT-2 small: 12 times 7,087,872",
        ),
        pytest.param(
            TransformerBlock(width=1024, heads=16, ratio=4, blocks=24), 24 * 12_596_224,
            id="ViT-L/16 (Dosovitskiy et al. 2020): 24 times 12,596,224",
        ),
    ],
)  # fmt: skip
def test_published_stacks_come_out_as_published(variant: TransformerBlock, total: int) -> None:
    assert variant.key()["total"] == Count(total, "parameters")
    assert variant.witness() == variant.key()


@pytest.mark.parametrize("width", [1, 2, 48, 512])
def test_a_block_has_twelve_squares_and_thirteen_widths(width: int) -> None:
    block = TransformerBlock(width=width, heads=1, ratio=4, blocks=1)
    assert block.key()["total"] == Count(12 * width**2 + 13 * width, "parameters")


@pytest.mark.parametrize(
    ("variant", "part", "answer", "mistake"),
    [
        (BLOCK, "attention", 3 * 65 * 64, "output_projection_forgotten"),
        (BLOCK, "attention", 13 * 65 * 64, "heads_multiplied"),
        (BLOCK, "attention", 4 * SQUARE, "bias_forgotten"),
        (BARE, "attention", ATTENTION, "bias_added"),
        (BLOCK, "mlp", 6 * SQUARE, "bias_forgotten"),
        (BLOCK, "mlp", 6 * SQUARE + 64, "hidden_bias_forgotten"),
        (BARE, "mlp", MLP, "bias_added"),
        (BLOCK, "mlp", 65 * 192, "one_layer_only"),
        (BLOCK, "mlp", 2 * 65 * 64, "ratio_forgotten"),
        (BLOCK, "mlp", 2 * 193 * 192, "hidden_squared"),
        (BLOCK, "norms", 128, "one_norm_or_scales_only"),
        (BLOCK, "norms", 4, "one_pair_for_layer"),
        (BLOCK, "norms", 0, "no_parameters"),
        (BLOCK, "total", 5 * 10 * SQUARE, "squares_only"),
        (BLOCK, "total", ATTENTION + MLP + 256, "one_block_only"),
        (BLOCK, "total", 5 * (ATTENTION + MLP), "norms_forgotten"),
        (BLOCK, "total", 5 * (ATTENTION + 256), "mlp_forgotten"),
    ],
)
def test_a_mistake_is_recognised(variant: TransformerBlock, part: str, answer: int, mistake: str) -> None:
    assert grade(variant, {part: str(answer)})[part].mistake == mistake


def test_a_wrong_component_that_is_added_up_rightly_keeps_the_total() -> None:
    given = {"attention": 3 * 65 * 64, "mlp": MLP, "norms": 256, "total": 5 * (3 * 65 * 64 + MLP + 256)}
    verdicts = grade(BLOCK, {part: str(value) for part, value in given.items()})
    assert [verdict.status for verdict in verdicts.values()] == ["wrong", "right", "right", "followed"]


def test_heads_that_do_not_divide_the_width_are_refused() -> None:
    with pytest.raises(Faults, match="heads = 3 must divide the width 64; choose a divisor of the width"):
        TransformerBlock(width=64, heads=3, ratio=4, blocks=1)
