"""What a response earns: right, wrong, partial, followed, blank, unreadable, undecided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, final

import pytest

from gradus.answers import Answer, Count, Shape
from gradus.errors import Underdetermined
from gradus.families.conv_layer import ConvLayer
from gradus.families.smallest_head import Architecture, SmallestHead
from gradus.family import Family, Mistake
from gradus.grading import Verdict, grade

LAYER = ConvLayer(image=Shape(128, 128, 3), kernel=3, stride=1, padding=0, filters=64)
HEAD = SmallestHead(
    image=Shape(128, 128, 3),
    nets=(Architecture("iv", 3, 1, 0, 64), Architecture("v", 5, 1, 2, 16), Architecture("vi", 2, 2, 0, 32)),
    classes=10,
    modules=3,
    pool=2,
    pool_stride=2,
)


def test_a_right_answer_in_any_clothes_earns_the_part() -> None:
    verdicts = grade(LAYER, {"shape": "(126, 126, 64)", "parameters": "1,792"})
    assert verdicts["shape"] == Verdict(
        "shape", "right", Fraction(1), "Right.", "126 × 126 × 64", answer=Shape(126, 126, 64)
    )
    assert (verdicts["parameters"].status, verdicts["parameters"].read) == ("right", "1792")


@pytest.mark.parametrize("answer", ["-1792", "11792", "17920", "1791", "1793", "0"])
def test_a_near_miss_earns_nothing(answer: str) -> None:
    verdict = grade(LAYER, {"parameters": answer})["parameters"]
    assert (verdict.status, verdict.credit, verdict.mistake) == ("wrong", Fraction(0), "")
    assert verdict.feedback == f"{answer} is not right."


def test_a_mistake_is_named_and_earns_what_it_is_worth() -> None:
    verdict = grade(LAYER, {"parameters": "1728"})["parameters"]
    assert (verdict.status, verdict.mistake, verdict.credit) == ("partial", "bias_forgotten", Fraction(1, 2))
    assert verdict.feedback == "Every filter has a bias as well."


@pytest.mark.parametrize(
    ("share", "status"), [(Fraction(0), "wrong"), (Fraction(1, 4), "partial"), (Fraction(1), "partial")]
)
def test_an_author_sets_what_a_mistake_is_worth(share: Fraction, status: str) -> None:
    verdict = grade(LAYER, {"parameters": "1728"}, credit={"bias_forgotten": share})["parameters"]
    assert (verdict.status, verdict.mistake, verdict.credit) == (status, "bias_forgotten", share)


def test_what_is_blank_earns_nothing_and_says_so() -> None:
    for responses in ({}, {"shape": "", "parameters": " \n\t"}):
        verdicts = grade(LAYER, responses)
        assert {v.status for v in verdicts.values()} == {"blank"}
        assert {v.credit for v in verdicts.values()} == {Fraction(0)}


def test_what_is_unreadable_is_asked_again_and_never_marked() -> None:
    verdict = grade(LAYER, {"parameters": "17,92"})["parameters"]
    assert (verdict.status, verdict.credit, verdict.answer) == ("unreadable", None, None)
    assert verdict.feedback == (
        "parameters = '17,92' cannot be read: groups of digits have three digits each; "
        "write the whole number, such as 250\n  17,92\n    ^"
    )


def test_one_unreadable_part_leaves_the_others_graded() -> None:
    statuses = [v.status for v in grade(LAYER, {"shape": "126 126", "parameters": "1792"}).values()]
    assert statuses == ["unreadable", "right"]


def test_a_wrong_choice_used_rightly_keeps_the_later_credit_within_a_question() -> None:
    # (16·16·16 + 1)·10 for network v
    verdicts = grade(HEAD, {"architecture": "v", "parameters": "40970"})
    assert [v.status for v in verdicts.values()] == ["wrong", "followed"]
    assert verdicts["parameters"].credit == 1
    assert verdicts["parameters"].feedback == (
        "Right for your earlier answer, which this part builds on; for the right one it is 1290."
    )


def test_a_wrong_shape_used_rightly_keeps_the_later_credit_across_questions() -> None:
    # the candidate found 1 × 1 × 32 for vi: (32 + 1)·10
    verdicts = grade(HEAD, {"architecture": "vi", "parameters": "330"}, earlier={"vi": Shape(1, 1, 32)})
    assert [v.status for v in verdicts.values()] == ["right", "followed"]


def test_a_choice_follows_from_shapes_of_earlier_questions() -> None:
    # the candidate found 1 × 1 × 16 for v, so for that candidate v is smallest: (16 + 1)·10
    verdicts = grade(HEAD, {"architecture": "v", "parameters": "170"}, earlier={"v": Shape(1, 1, 16)})
    assert [v.status for v in verdicts.values()] == ["followed", "followed"]


def test_the_right_answer_stays_right_whatever_came_before() -> None:
    verdicts = grade(HEAD, {"architecture": "vi", "parameters": "1290"}, earlier={"vi": Shape(1, 1, 32)})
    assert [v.status for v in verdicts.values()] == ["right", "right"]


def test_without_the_earlier_answer_the_same_number_is_a_mistake() -> None:
    verdict = grade(HEAD, {"architecture": "vi", "parameters": "330"})["parameters"]
    assert (verdict.status, verdict.mistake) == ("wrong", "flatten_forgotten")


def test_an_unreadable_choice_is_nothing_to_follow() -> None:
    verdicts = grade(HEAD, {"architecture": "ix", "parameters": "40970"})
    assert [v.status for v in verdicts.values()] == ["unreadable", "wrong"]


Crash = Literal["none", "key", "witness", "differ", "mistakes", "follow", "several"]


@final
@dataclass(frozen=True, kw_only=True)
class Faulty(Family):
    """Adds one and one, unless something breaks."""

    parts: ClassVar[tuple[str, ...]] = ("sum",)
    broken: Crash = "none"

    def prompt(self) -> str:
        return "What is the **sum** of $1$ and $1$?"

    def key(self) -> Mapping[str, Answer]:
        if self.broken == "several":
            raise Underdetermined("sum", ["2", "3"], "ask anew")
        return {"sum": Count(2 // (self.broken != "key"))}

    def witness(self) -> Mapping[str, Answer]:
        if self.broken == "witness":
            raise RecursionError("too deep")
        return {"sum": Count(3 if self.broken == "differ" else 2)}

    def follow(self, part: str, given: Mapping[str, Answer]) -> Answer | None:
        if self.broken == "follow":
            raise KeyError(part)
        return None

    def mistakes(self) -> Iterator[Mistake]:
        yield Mistake("sum" if self.broken != "mistakes" else "sums", "multiplied", Count(1), "That is the product.")

    def working(self) -> str:
        return "1 + 1 = 2"


UNSIGNED = "A person decides: the key is not countersigned ({})."


@pytest.mark.parametrize(
    ("broken", "feedback"),
    [
        ("key", UNSIGNED.format("the key failed: ZeroDivisionError: integer division or modulo by zero")),
        ("witness", UNSIGNED.format("the witness failed: RecursionError: too deep")),
        ("differ", UNSIGNED.format("key and witness differ")),
        (
            "several",
            UNSIGNED.format("the key failed: sum is not determined: 2 and 3 all fit; ask anew"),
        ),
    ],
)
@pytest.mark.parametrize("answer", ["2", "3", "1", "two", ""])
def test_a_key_that_is_not_countersigned_decides_nothing(broken: Crash, feedback: str, answer: str) -> None:
    verdict = grade(Faulty(broken=broken), {"sum": answer})["sum"]
    assert (verdict.status, verdict.credit, verdict.feedback) == ("undecided", None, feedback)


@pytest.mark.parametrize(
    ("broken", "feedback"),
    [
        ("mistakes", "A person decides: the mistakes failed: KeyError: 'sums'."),
        ("follow", "A person decides: following earlier answers failed: KeyError: 'sum'."),
    ],
)
def test_a_crash_beside_the_key_leaves_right_answers_right_and_decides_no_wrong_one(
    broken: Crash, feedback: str
) -> None:
    assert grade(Faulty(broken=broken), {"sum": "2"})["sum"].status == "right"
    assert grade(Faulty(broken=broken), {"sum": "two"})["sum"].status == "unreadable"
    verdict = grade(Faulty(broken=broken), {"sum": "1"})["sum"]
    assert (verdict.status, verdict.credit, verdict.feedback) == ("undecided", None, feedback)


def test_the_family_that_the_broken_ones_are_made_from_is_whole() -> None:
    verdict = grade(Faulty(broken="none"), {"sum": "1"})["sum"]
    assert (verdict.status, verdict.mistake) == ("wrong", "multiplied")
