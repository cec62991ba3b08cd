"""What the audit says of a printed answer: it agrees, is wrong, depends on something, or cannot be decided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, Literal, final

import pytest

from gradus import catalogue, exam
from gradus.answers import Answer, Count
from gradus.audit import Part, audit
from gradus.audit.keys import audit_question
from gradus.errors import Fault
from gradus.exam import Question
from gradus.family import Family, Mistake
from gradus.nodes import Place
from gradus.parameters import Between, between

FIXED = "image: [32, 32, 3]\nkernel: 3\nstride: 1\npadding: 0\nfilters: 8\n"


def audited(block: str, family: str = "conv_layer") -> dict[str, Part]:
    text = f"---\ntitle: A\npoints: 2\n---\n```{family}\nid: 1\npoints: 2\n{block}```\n"
    return {part.part: part for part in audit(exam.parse(text)).parts}


def test_a_printed_answer_that_equals_the_key_agrees_in_any_clothes() -> None:
    parts = audited(FIXED + "printed: {shape: '(30,30,8)', parameters: '224.0'}\n")
    assert [part.status for part in parts.values()] == ["agrees", "agrees"]


def test_every_one_of_several_printed_answers_must_hold() -> None:
    parts = audited(FIXED + "printed: {parameters: [224 parameters, 216], shape: [30 x 30 x 8, 30 × 30 × 8]}\n")
    assert parts["parameters"].status == "wrong"
    assert parts["parameters"].printed == "224 parameters or 216"
    assert parts["shape"].status == "agrees"


def test_where_nothing_is_printed_a_countersigned_key_agrees() -> None:
    parts = audited(FIXED)
    assert [(part.status, part.printed) for part in parts.values()] == [("agrees", None)] * 2


def test_a_printed_answer_that_holds_for_some_values_depends_on_their_field() -> None:
    part = audited(FIXED.replace("padding: 0", "padding: {among: [0, 1]}") + "printed: {shape: 30 x 30 x 8}\n")["shape"]
    assert (part.status, part.depends_on, part.variants) == ("depends", ("padding",), 2)
    assert part.note == "holds for padding 0, never for 1"


def test_a_convention_left_open_is_an_assumption_too() -> None:
    parts = audited(FIXED + "bias: {among: [true, false]}\nprinted: {parameters: 216, shape: 30 x 30 x 8}\n")
    assert (parts["parameters"].status, parts["parameters"].depends_on) == ("depends", ("bias",))
    assert parts["parameters"].note == "holds for bias false, never for true"
    assert parts["shape"].status == "agrees"
    assert parts["shape"].note == "2 variants tried; the first is shown"


def test_only_the_fields_that_flip_the_verdict_are_named() -> None:
    block = FIXED.replace("stride: 1", "stride: {between: [1, 2]}").replace("filters: 8", "filters: {among: [8, 9]}")
    part = audited(block + "printed: {parameters: 224}\n")["parameters"]
    assert part.depends_on == ("filters",)


def test_a_printed_answer_that_never_holds_is_wrong_however_much_is_open() -> None:
    part = audited("printed: {parameters: 1}\n")["parameters"]
    assert part.status == "wrong"
    assert part.variants > 100


def test_a_question_that_several_values_answer_is_underdetermined() -> None:
    block = (
        "image: [227, 227, 3]\nkernel: 11\nstride: 4\npadding: 0\nfilters: 96\nmissing: kernel\nprinted: {value: 11}\n"
    )
    part = audited(block, "missing_hyperparameter")["value"]
    assert (part.status, part.countersigned, part.key) == ("underdetermined", False, "none")
    assert part.note == "value is not determined: 8, 9, 10 and 11 all fit; fix another number, or ask for all of them"


@pytest.mark.parametrize("family", catalogue.names())
def test_a_question_left_wholly_open_is_audited_on_what_can_be_drawn(family: str) -> None:
    # what is written in sentences is for a person, whatever is drawn
    assert {part.status for part in audited("", family).values()} - {"written"} == {"agrees"}


@final
@dataclass(frozen=True, kw_only=True)
class Odd(Family):
    """Doubles a number, in a way that fails for some."""

    parts: ClassVar[tuple[str, ...]] = ("double",)
    number: int = between(1, 9, allowed=Between(1, 9))
    way: Literal["right", "differs", "crashes"] = "right"

    def prompt(self) -> str:
        return f"Twice ${self.number}$, the **double**?"

    def key(self) -> Mapping[str, Answer]:
        if self.way == "crashes":
            raise Fault("Odd", "number", self.number, "is odd", "choose another")
        return {"double": Count(2 * self.number)}

    def witness(self) -> Mapping[str, Answer]:
        return {"double": Count(self.number + (self.number if self.way == "right" else 1))}

    def mistakes(self) -> Iterator[Mistake]:
        return iter(())

    def working(self) -> str:
        return ""


def question(way: str, printed: str = "6") -> Question:
    return Question(
        "1",
        Odd,
        "odd",
        (Fraction(1),),
        Place("a.md", 1, 1),
        fixed={"number": 3, "way": way},
        printed={"double": (printed,)},
    )


@pytest.mark.parametrize(
    ("way", "note"),
    [
        ("differs", "key 6 and witness 4 differ for Odd(number=3, way='differs')"),
        ("crashes", "the key failed: Odd: number = 3 is odd; choose another"),
    ],
)
def test_without_an_agreeing_witness_nothing_is_decided_even_if_the_printed_answer_equals_the_key(
    way: str, note: str
) -> None:
    (part,) = audit_question(question(way))
    assert (part.status, part.countersigned, part.note) == ("undecided", False, note)


def test_one_variant_without_witness_leaves_all_undecided() -> None:
    open_number = replace(question("differs"), fixed={"way": "differs"}, printed={})
    (part,) = audit_question(open_number)  # 2·1 = 1 + 1 by chance
    assert (part.status, part.variants) == ("undecided", 9)
    assert part.note == "key 4 and witness 3 differ for Odd(number=2, way='differs')"


def test_a_printed_answer_that_cannot_be_read_is_undecided() -> None:
    (part,) = audit_question(question("right", printed="six"))
    assert (part.status, part.note) == ("undecided", "the printed answer could not be compared with the key")
