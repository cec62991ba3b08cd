"""Texts that are no answer: what is said, and where the caret stands."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.answers import Answer, Choice, Count, Interval, Real, Shape
from gradus.errors import Unreadable

COUNT, REAL, SHAPE, INTERVAL = (
    Count(1792, "parameters"),
    Real(Fraction(1, 4)),
    Shape(126, 126, 64),
    Interval(None, None),
)
ONE = Choice(frozenset({"vi"}), ("iv", "v", "vi"))
SOME = Choice(frozenset({"vi"}), ("iv", "v", "vi"), several=True)

# answer, text, column of the caret, what was expected there
TABLE: list[tuple[Answer, str, int, str]] = [
    (COUNT, "", 0, "nothing is written"),
    (COUNT, "many", 0, "a number is expected here"),
    (COUNT, "--5", 1, "a number is expected here"),
    (COUNT, "12,34", 2, "groups of digits have three digits each"),
    (COUNT, "0,024", 1, "groups of digits have three digits each"),
    (COUNT, "1,024,56", 5, "groups of digits have three digits each"),
    (COUNT, "1.5", 1, "a count is a whole number (a dot separates decimals, a comma groups thousands)"),
    (COUNT, "1.792", 1, "a count is a whole number (a dot separates decimals, a comma groups thousands)"),
    (COUNT, "75.000", 2, "a count is a whole number (a dot separates decimals, a comma groups thousands)"),
    (COUNT, "−1.000 parameters", 2, "a count is a whole number (a dot separates decimals, a comma groups thousands)"),
    (COUNT, "1792 pixels", 5, "the number ends here and 'pixels' is left over"),
    (COUNT, "1792 + 1", 5, "the number ends here and '+ 1' is left over"),
    (COUNT, "1e401", 1, "exponents reach at most 400"),
    (COUNT, "3·3·3·64", 1, "the number ends here and '·3·3·64' is left over"),
    (COUNT, "9" * 2001, 0, "an answer has at most 2000 characters, and this has 2001"),
    (REAL, "", 0, "nothing is written"),
    (REAL, "1,5", 1, "a comma may group or separate decimals"),
    (REAL, "1/0", 2, "the denominator is zero"),
    (REAL, "1/", 2, "a number is expected here"),
    (REAL, "0.25 or so", 5, "'or so' is left over"),
    (REAL, "nan", 0, "a number is expected here"),
    (SHAPE, "", 0, "nothing is written"),
    (SHAPE, "126 × ", 5, "a size in digits is expected here"),
    (SHAPE, "()", 1, "a size in digits is expected here"),
    (SHAPE, "126 126 64", 3, "a × between sizes is expected here"),
    (SHAPE, "126.5 × 3", 3, "sizes are whole numbers"),
    (SHAPE, "H × W × C", 0, "a size in digits is expected here"),
    (SHAPE, "(126, 126, 64", 13, "the bracket ( is not closed by )"),
    (SHAPE, "126 × 126 × × 64", 12, "a size in digits is expected here"),
    (SHAPE, "1,024 × 3", 2, "no size begins with 0 (a comma separates sizes, it does not group digits)"),
    (SHAPE, "1,124 × 3", 5, "commas and other marks are mixed"),
    (INTERVAL, "0, 1", 0, "an interval begins with [ or ("),
    (INTERVAL, "[0, 1", 5, "an interval ends with ] or )"),
    (INTERVAL, "[0 1]", 3, "'1' is left over"),
    (INTERVAL, "[3, 1]", 1, "the lower end stands first"),
    (INTERVAL, "(∞, 3]", 1, "only -∞ can stand at this end"),
    (INTERVAL, "[3, -∞)", 4, "only ∞ can stand at this end"),
    (INTERVAL, "[0, 1, 2]", 5, "the closing bracket is expected here"),
    (INTERVAL, "[1]", 2, "a comma between the ends is expected here"),
    (ONE, "", 0, "nothing is written"),
    (ONE, "vii", 0, "'vii' is no option"),
    (ONE, "iv or v", 3, "'or' is no option"),
    (ONE, "iv, v", 4, "one option is asked for"),
    (SOME, "iv and ix", 7, "'ix' is no option"),
]


@pytest.mark.parametrize(("answer", "text", "column", "rule"), TABLE, ids=[f"{a.kind} {t[:20]}" for a, t, *_ in TABLE])
def test_the_caret_stands_where_reading_stopped_and_says_what_was_expected(
    answer: Answer, text: str, column: int, rule: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        answer.read(text)
    assert (caught.value.column, caught.value.expected) == (column, rule)
    assert caught.value.caret().splitlines()[1] == "  " + " " * min(column, 40) + "^"


@pytest.mark.parametrize(
    ("answer", "text", "message"),
    [
        (COUNT, "1.792", "write 1792 if that is meant"),
        (COUNT, "many", "write the whole number, such as 250"),
        (REAL, "1,5", "write a number, such as 0.25, 1/4 or 25 %"),
        (SHAPE, "126 126", "write the sizes with × or x between them, such as 20 x 30 x 8"),
        (INTERVAL, "0, 1", "write both ends in brackets, such as [0, 1) or (-inf, 3]"),
        (ONE, "vii", "did you mean 'vi'?"),
        (ONE, "iv, v", "write one of iv, v, vi"),
        (SOME, "", "write some of iv, v, vi"),
    ],
)
def test_every_kind_says_how_to_write_it(answer: Answer, text: str, message: str) -> None:
    with pytest.raises(Unreadable) as caught:
        answer.read(text)
    assert caught.value.remedy == message


HOSTILE = {
    "digits": "9" * 5_000_000,
    "spaces": " " * 5_000_000 + "1",
    "brackets": "(" * 1_000_000,
    "closed brackets": "(" * 900 + "1" + ")" * 900,
    "exponent": "1e999999999",
    "negative exponent": "1e-999999999",
    "long exponent": "1e" + "9" * 1_990,
    "many exponents": "1e400" * 300,
    "groups": "1" + ",000" * 490,
    "crosses": "1x" * 990,
    "signs": "+-" * 900,
    "fractions": "/".join("1" * 990),
    "latex": r"\frac{" * 300,
    "text in text": r"\text{" * 300 + "1" + "}" * 300,
    "dots": "." * 1_900,
    "nul": "1\x000",
    "surrogate": "1\ud8000",
    "bidi": "\u202e1792",
    "combining": "1" + "\u0301" * 1_000,
    "superscript": "1²",
    "roman": "Ⅳ",
}


ANSWERS: list[Answer] = [COUNT, REAL, SHAPE, INTERVAL, ONE, SOME]


def attempt(answer: Answer, text: str) -> Answer | Unreadable:
    """Return what was read, or the complaint."""
    try:
        return answer.read(text)
    except Unreadable as fault:
        return fault


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.kind)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_ends_in_an_answer_or_in_a_short_message(answer: Answer, text: str) -> None:
    result = attempt(answer, text)
    assert isinstance(result, type(answer)) or len(str(result)) < 500


@given(st.text(st.characters()) | st.text("0123456789.,-+eE/%×x()[]{}\\∞ ;"), st.sampled_from(ANSWERS))
def test_no_text_ends_in_anything_but_an_answer_or_unreadable(text: str, answer: Answer) -> None:
    result = attempt(answer, text)
    if isinstance(result, Unreadable):
        assert 0 <= result.column <= len(result.text)
    else:
        assert type(result) is type(answer)
        assert result.read(str(result)) == result
