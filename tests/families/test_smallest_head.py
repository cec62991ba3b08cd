"""Which network has the smallest head: the midterm's three, ties, mistakes, and answers that follow earlier ones."""

import pytest

from gradus.answers import Answer, Choice, Count, Shape
from gradus.countersigning import countersign
from gradus.errors import Fault, Faults
from gradus.families.smallest_head import Architecture, SmallestHead
from gradus.grading import grade

NETS = (Architecture("iv", 3, 1, 0, 64), Architecture("v", 5, 1, 2, 16), Architecture("vi", 2, 2, 0, 32))
COMMON = {"image": Shape(128, 128, 3), "classes": 10, "modules": 3, "pool": 2, "pool_stride": 2}
MIDTERM = SmallestHead(nets=NETS, **COMMON)  # type: ignore[arg-type]
BARE = SmallestHead(nets=NETS, bias=False, **COMMON)  # type: ignore[arg-type]
TIED = SmallestHead(nets=(NETS[0], NETS[2], Architecture("vii", 2, 2, 0, 32)), **COMMON)  # type: ignore[arg-type]


def test_the_midterm_s_smallest_head_is_that_of_vi() -> None:
    # 14·14·64 = 12544, 16·16·16 = 4096, 2·2·32 = 128; (128 + 1)·10
    chosen = Choice(frozenset({"vi"}), ("iv", "v", "vi"))
    assert MIDTERM.key() == {"architecture": chosen, "parameters": Count(1290, "parameters")}
    assert MIDTERM.witness() == MIDTERM.key()


def test_two_equally_small_heads_are_told_by_key_and_witness() -> None:
    signed = countersign(TIED)
    assert signed.underdetermined is not None
    assert signed.underdetermined.solutions == ("vi", "vii")


@pytest.mark.parametrize(
    ("variant", "part", "answer", "mistake", "feedback"),
    [
        (
            MIDTERM, "architecture", "iv", "largest_chosen",
            "That network's flattened output is the largest, so its head needs the most parameters.",
        ),
        (
            # 3·3·64 = 576, 5·5·16 = 400, 7·7·4 = 196: the last makes 16·16·4 and the first 4·4·64 = 1024, as much
            SmallestHead(
                nets=(
                    Architecture("a", 5, 1, 2, 64), Architecture("b", 1, 1, 0, 32), Architecture("c", 3, 2, 1, 64),
                ),
                **COMMON,  # type: ignore[arg-type]
            ),
            "architecture", "b", "smallest_convolution_chosen",
            "Its convolutions are small, but the head depends on the flattened output alone.",
        ),
        (MIDTERM, "parameters", "1280", "bias_forgotten", "Every output has a bias as well."),
        (BARE, "parameters", "1290", "bias_added", "This layer has no biases."),
        (MIDTERM, "parameters", "1281", "one_bias_for_all", "There is one bias for each output."),
        (MIDTERM, "parameters", "129", "classes_forgotten", "That is one output: multiply by their number."),
        (MIDTERM, "parameters", "40970", "head_of_another", "That is the head of network v; another one is smaller."),
        (
            MIDTERM, "parameters", "330", "flatten_forgotten",
            "All numbers of the flattened output go into the layer, not only its channels.",
        ),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_recognised(
    variant: SmallestHead, part: str, answer: str, mistake: str, feedback: str
) -> None:
    verdict = grade(variant, {part: answer})[part]
    assert (verdict.mistake, verdict.feedback) == (mistake, feedback)


WRONG_SHAPE = {"vi": Shape(1, 1, 32)}
RIGHT_CHOICE = MIDTERM.key()["architecture"]


@pytest.mark.parametrize(
    ("part", "given", "answer"),
    [
        ("parameters", {}, None),
        ("parameters", {"architecture": RIGHT_CHOICE}, Count(1290, "parameters")),
        ("parameters", {"architecture": RIGHT_CHOICE, **WRONG_SHAPE}, Count(330, "parameters")),
        (
            "parameters",
            {"architecture": Choice(frozenset({"v"}), ("iv", "v", "vi"))},
            Count(40_970, "parameters"),  # (4096 + 1)·10
        ),
        ("parameters", {"architecture": Choice(frozenset({"z"}), ("y", "z"))}, None),  # of other networks
        ("architecture", {}, RIGHT_CHOICE),
        ("architecture", {"v": Shape(1, 1, 16)}, Choice(frozenset({"v"}), ("iv", "v", "vi"))),
        ("architecture", {"v": Shape(2, 2, 32)}, None),  # as small as vi: no answer is right for these
        ("architecture", {"v": Shape(-1, 16, 16)}, Choice(frozenset({"v"}), ("iv", "v", "vi"))),
    ],
)
def test_an_answer_that_follows_earlier_ones_is_known(
    part: str, given: dict[str, Answer], answer: Answer | None
) -> None:
    assert MIDTERM.follow(part, given) == answer


@pytest.mark.parametrize(
    "nets",
    [
        (NETS[0],),
        (NETS[0], NETS[0]),
        (NETS[0], Architecture("b", 0, 1, 0, 8)),
        (NETS[0], Architecture("b", 3, 0, 0, 8)),
        (NETS[0], Architecture("b", 3, 1, -1, 8)),
        (NETS[0], Architecture("b", 3, 1, 0, 0)),
        (NETS[0], Architecture("b c", 3, 1, 0, 8)),
        tuple(Architecture(f"a{i}", 3, 1, 0, 8) for i in range(7)),
    ],
)
def test_networks_that_cannot_be_asked_about_are_refused(nets: tuple[Architecture, ...]) -> None:
    with pytest.raises(Fault, match="must be 2 to 6 networks with different labels, kernels of 1 to 31"):
        SmallestHead(nets=nets, **COMMON)  # type: ignore[arg-type]


def test_a_network_whose_windows_do_not_fit_is_named() -> None:
    with pytest.raises(Faults) as caught:
        SmallestHead(nets=(*NETS[:2], Architecture("ix", 9, 8, 0, 4)), **COMMON)  # type: ignore[arg-type]
    assert str(caught.value) == (
        "SmallestHead: nets = 'ix' must leave room in module 2 of network ix, where 0 pixels are left; "
        "choose a larger image or fewer modules"
    )
