"""What messages say, whatever they are given to show."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.errors import Fault, Faults, GradusError, Underdetermined, Unreadable, show, suggest

STRIDE = Fault("exam.md:9:9", "stride", 0, "must be at least 1", "write 1 or more")
MISSING = Fault("exam.md:2:1", "id", None, "is missing", "add id: …")
GROUPS = Unreadable("12,34", 2, "groups of digits have three digits", "write 1234")
SEVERAL = Underdetermined("stride", ["2", "3", "4"], "fix another number")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (STRIDE, "exam.md:9:9: stride = 0 must be at least 1; write 1 or more"),
        (MISSING, "exam.md:2:1: id is missing; add id: …"),
        (Fault("", "stride", 0, "must be at least 1", "write 1"), "stride = 0 must be at least 1; write 1"),
        (Fault("a.md", "title", "", "must not be empty", "write one"), "a.md: title = '' must not be empty; write one"),
        (GROUPS, "answer = '12,34' cannot be read: groups of digits have three digits; write 1234\n  12,34\n    ^"),
        (SEVERAL, "stride is not determined: 2, 3 and 4 all fit; fix another number"),
        (Underdetermined("stride", ["2"], "ask anew"), "stride is not determined: 2 fits; ask anew"),
        (Underdetermined("stride", [], "ask anew"), "stride is not determined: nothing fits; ask anew"),
        (Faults([STRIDE, MISSING]), f"{STRIDE}\n{MISSING}"),
        (Faults([]), ""),
    ],
)
def test_every_kind_of_error_has_its_message(error: GradusError, message: str) -> None:
    assert str(error) == message


@pytest.mark.parametrize("error", [STRIDE, MISSING, GROUPS, SEVERAL, Faults([STRIDE, GROUPS])])
def test_errors_survive_pickling(error: GradusError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)


def test_a_fault_can_be_given_its_place_later() -> None:
    assert str(STRIDE.at("paper.json")) == "paper.json: stride = 0 must be at least 1; write 1 or more"
    assert STRIDE.where == "exam.md:9:9"


def test_an_unreadable_text_keeps_its_caret_when_it_gets_place_and_part() -> None:
    moved = GROUPS.of("parameters").at("a.csv:3")
    assert isinstance(moved, Unreadable)
    assert str(moved).splitlines() == [
        "a.csv:3: parameters = '12,34' cannot be read: groups of digits have three digits; write 1234",
        "  12,34",
        "    ^",
    ]


def test_a_caret_far_into_a_long_text_stands_under_its_character() -> None:
    text = "a" * 500 + "!" + "b" * 500
    line, mark = Unreadable(text, 500, "a digit is expected", "write 1").caret().splitlines()
    assert line[mark.index("^")] == "!"
    assert len(line) <= 62


def test_a_caret_behind_the_last_character_stands_one_further() -> None:
    assert Unreadable("[1, 2", 5, "it ends", "close it").caret() == "  [1, 2\n       ^"


def test_control_characters_are_shown_as_dots_above_a_caret() -> None:
    assert Unreadable("1\x1b[31m\u202e2", 1, "stops", "write 12").caret() == "  1·[31m·2\n   ^"


@given(st.text(), st.integers(0, 300))
def test_a_message_about_any_text_is_printable_and_bounded(text: str, column: int) -> None:
    message = str(Unreadable(text, min(column, len(text)), "stops here", "write 12"))
    assert all(line.isprintable() for line in message.split("\n"))
    assert len(message.split("\n")) == 3
    assert len(message) < 400


@given(st.text(st.characters(), min_size=1))
def test_a_field_named_by_a_hostile_file_is_shown_harmlessly(field: str) -> None:
    message = str(Fault("a.md:1:1", field, None, "is no field", "delete it"))
    assert message.isprintable()
    assert len(message) < 110


@given(st.one_of(st.text(st.characters()), st.binary(), st.lists(st.integers()), st.floats()))
def test_any_value_is_shown_on_one_short_line(value: object) -> None:
    assert show(value).isprintable()
    assert len(show(value)) <= 60


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("conv_layr", "did you mean 'conv_layer'?"),
        ("Conv_Layer", "did you mean 'conv_layer'?"),
        ("paddin", "did you mean 'Padding'?"),
        ("zebra", "known are Padding, conv_layer, conv_stack"),
        ("", "known are Padding, conv_layer, conv_stack"),
        ("conv_layer" * 100_000, "known are Padding, conv_layer, conv_stack"),
    ],
)
def test_the_remedy_for_an_unknown_name_is_the_nearest_known(name: str, remedy: str) -> None:
    assert suggest(name, ["conv_stack", "conv_layer", "Padding"]) == remedy


def test_there_is_no_nearest_among_none() -> None:
    assert suggest("zebra", []) == "none are known"
