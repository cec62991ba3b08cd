"""Finding what is missing: every kind of question, its mistakes, and questions that several values answer."""

import pytest

from gradus.answers import Count, Shape
from gradus.countersigning import countersign
from gradus.errors import Underdetermined
from gradus.families.missing_hyperparameter import MissingHyperparameter
from gradus.grading import grade


def find(missing: str, side: int = 20, **fields: int) -> MissingHyperparameter:
    common = {"kernel": 5, "stride": 1, "padding": 1, "filters": 10} | fields
    return MissingHyperparameter(image=Shape(side, side, 3), missing=missing, **common)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("variant", "value"),
    [
        (find("kernel", 20), 5),  # 22 − k + 1 = 18
        (find("padding", 20), 1),  # 20 + 2p − 5 + 1 = 18
        (find("stride", 31, stride=2, kernel=3), 2),  # 33 − 3 = 30 in 15 steps
        (find("filters", 20), 10),  # (75 + 1)·f = 760
        (find("depth", 20), 3),  # (25·d + 1)·10 = 760
    ],
)
def test_what_is_missing_is_found(variant: MissingHyperparameter, value: int) -> None:
    assert variant.key() == {"value": Count(value)}
    assert variant.witness() == variant.key()


@pytest.mark.parametrize(
    ("variant", "solutions"),
    [
        # AlexNet's first layer makes 55 of 227 (Krizhevsky et al. 2012), and so would smaller kernels
        (find("kernel", 227, kernel=11, stride=4, padding=0), ("8", "9", "10", "11")),
        (find("stride", 20, kernel=20, padding=0), tuple(map(str, range(1, 33)))),
        (find("padding", 31, kernel=3, stride=4), ("0", "1")),  # 28 and 30 pixels of room hold 7 steps of 4
    ],
)
def test_several_values_that_fit_are_all_told_by_key_and_witness(
    variant: MissingHyperparameter, solutions: tuple[str, ...]
) -> None:
    for route in (variant.key, variant.witness):
        with pytest.raises(Underdetermined) as caught:
            route()
        assert caught.value.solutions == solutions
    signed = countersign(variant)
    assert signed.underdetermined is not None
    assert not signed.complete


def test_the_prompt_states_what_is_known_and_not_what_is_asked() -> None:
    prompt = find("stride", 31, stride=2, kernel=3, padding=1).prompt()
    assert "kernel $3 \\times 3$, zero padding $1$ on every side turns" in prompt
    assert "$31 \\times 31$ into $16 \\times 16$" in prompt
    assert "stride $2$" not in prompt
    assert prompt.endswith("Which **value** has its stride, a whole number from $1$ to $32$?")


@pytest.mark.parametrize(
    ("variant", "answer", "mistake", "feedback"),
    [
        (find("kernel"), 4, "padding_counted_once", "The padding counts twice."),
        (
            find("kernel", padding=0), 4, "missing_plus_one",
            "The first placement needs no step: there is one step fewer.",
        ),
        (
            find("padding", padding=2), 4, "both_sides_together",
            "That is both sides together; the padding is that of one side.",
        ),
        # 7 placements of stride 3 where 6 steps are: (7·3 + 5 − 20)/2 = 3 and (6·3 + 5 − 20)/2 = 1.5
        (
            find("padding", stride=3, padding=2), 3, "missing_plus_one",
            "The first placement needs no step: there is one step fewer.",
        ),
        # 33 − 3 = 30 over 16 placements is 1; 31 over 16 is 1 as well
        (
            find("stride", 31, stride=2, kernel=3), 1, "missing_plus_one",
            "Divide by the steps, one fewer than placements.",
        ),
        # 20 − 12 = 8 in 4 steps of 2: 5 placements; 20/5 = 4
        (
            find("stride", stride=2, kernel=12, padding=0), 4, "sizes_divided",
            "Kernel and padding count too: this divides the sizes alone.",
        ),
        # 760 parameters: /(25·3), /(5·3), /3
        (find("filters", filters=100), 101, "bias_forgotten", "The biases are among the parameters."),
        (find("filters"), 50, "kernel_not_squared", "The kernel has two sides: square it."),
        (find("filters"), 253, "kernel_forgotten", "Each filter has a weight for every pixel of its kernel."),
        # 760/(5·10) and 760/10
        (find("depth"), 15, "kernel_not_squared", "The kernel has two sides: square it."),
        (find("depth"), 76, "kernel_forgotten", "Each filter has a weight for every pixel of its kernel."),
        # 1·1·3·10 + 10 = 40 over 10
        (find("depth", kernel=1, padding=0), 4, "bias_forgotten", "The biases are among the parameters."),
    ],
)  # fmt: skip
def test_a_wrong_value_is_recognised(variant: MissingHyperparameter, answer: int, mistake: str, feedback: str) -> None:
    verdict = grade(variant, {"value": str(answer)})["value"]
    assert (verdict.mistake, verdict.feedback) == (mistake, feedback)
