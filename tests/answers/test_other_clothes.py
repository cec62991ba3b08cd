"""The same answer in other clothes reads the same; a near miss never agrees."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.answers import Answer, Choice, Count, Interval, Real, Shape, Truth
from gradus.errors import Unreadable

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
NETS = Choice(frozenset({"vi"}), ("iv", "v", "vi"))
SEVERAL = Choice(frozenset({"i", "iii"}), ("i", "ii", "iii"), several=True)


@pytest.mark.parametrize(
    "text",
    [
        "1024", "1,024", "1 024", "1_024", "1'024", "+1024", "+ 1 024", "1024.", "1024.0", " 1024 ", "\t1024\n",
        "1\u2009024", "1\u202f024", "1\u00a0024", "$1024$", "$1{,}024$", r"$1\,024$", r"\(1024\)", r"1\;024",
        "1.024e3", "1.024E+3", "0.1024e4", "10240e-1", "1.024 × 10^3", r"1.024 \times 10^{3}", "1.024*10**3",
        "1.024·10^3", "１０２４", "١٠٢٤", "१०२४", "1024 parameters", "1,024 params", "1024 parameter",
        r"1024\text{ parameters}", "001024",
    ],
)  # fmt: skip
def test_a_count_in_other_clothes_reads_the_same(text: str) -> None:
    key = Count(1024, "parameters")
    assert key.read(text) == key


@pytest.mark.parametrize("text", ["-2", "−2", "–2", "－２", "- 2", "$-2$", "-2.0"])
def test_a_minus_is_a_minus_in_every_script(text: str) -> None:
    assert Count(0).read(text) == Count(-2)


@given(st.integers(0, 10**18))
def test_a_count_written_with_commas_spaces_or_foreign_digits_reads_the_same(value: int) -> None:
    key = Count(value)
    clothes = [f"{value:,}", f"{value:_}", f"{value:,}".replace(",", " "), f"{value:,}".replace(",", "{,}")]
    clothes += [str(value).translate(ARABIC), str(value).translate(FULL_WIDTH), f"+{value}", f"{value}e0"]
    assert all(key.agrees(key.read(text)) is Truth.TRUE for text in clothes)


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_two_counts_agree_only_if_they_are_equal(key: int, other: int) -> None:
    assert Count(key).agrees(Count(key).read(str(other))) is Truth.of(key == other)


@pytest.mark.parametrize("text", ["-2", "12", "20", "3", "1", "0.2e2", "2e1", "2000"])
def test_near_misses_of_two_never_agree(text: str) -> None:
    assert Count(2).agrees(Count(2).read(text)) is Truth.FALSE
    assert Real(Fraction(2)).agrees(Real(Fraction(2)).read(text)) is Truth.FALSE


@pytest.mark.parametrize("text", ["2.5", "2,5", "1.99", "2 2", "2/1", "2 or 3", "~2", "0x2", "2%"])
def test_what_is_no_count_is_asked_again_rather_than_rounded(text: str) -> None:
    with pytest.raises(Unreadable):
        Count(2).read(text)


@pytest.mark.parametrize("text", ["0.25", ".25", "1/4", "25 %", "25%", r"25\,\%", r"\frac{1}{4}", "2.5e-1", "+0.250",
                                  r"\dfrac {1} {4}", "2/8", "-1/-4", "$0.25$", "٠.٢٥", "0.5/2"])  # fmt: skip
def test_a_real_in_other_clothes_reads_the_same(text: str) -> None:
    assert Real(Fraction(0)).read(text).value == Fraction(1, 4)


@pytest.mark.parametrize("text", [r"2\frac{1}{4}", r"\frac{1}{4}5", r"\frac{1}{4} 500", r"\frac{1}{4}e5", "1/4/5"])
def test_a_number_beside_a_fraction_is_asked_again_rather_than_glued_to_it(text: str) -> None:
    with pytest.raises(Unreadable):
        Real(Fraction(0)).read(text)


def test_a_real_agrees_up_to_its_own_tolerance_and_no_further() -> None:
    key = Real(Fraction(1, 2), tolerance=Fraction(1, 100))
    assert key.agrees(key.read("0.51")) is Truth.TRUE
    assert key.agrees(key.read("0.5100000001")) is Truth.FALSE
    assert key.agrees(Real(Fraction(52, 100), tolerance=Fraction(1))) is Truth.FALSE


@pytest.mark.parametrize(
    "text",
    [
        "126 × 126 × 64", "126x126x64", "126 X 126 X 64", "(126, 126, 64)", "[126,126,64]", "126*126*64", "126·126·64",
        "126 by 126 by 64", r"$126 \times 126 \times 64$", r"126 \cdot 126 \cdot 64", "{126; 126; 64}", "126, 126, 64,",
        "１２６×１２６×６４", "126 x 126 x 64.", r"\left(126, 126, 64\right)", "126\u2009×\u2009126\u2009×\u200964",
    ],
)  # fmt: skip
def test_a_shape_in_other_clothes_reads_the_same(text: str) -> None:
    assert Shape(1, 1, 1).read(text) == Shape(126, 126, 64)


@pytest.mark.parametrize(
    "text", ["126 × 64 × 126", "126 × 126", "126 × 126 × 64 × 1", "-126 × 126 × 64", "126126 × 64"]
)
def test_a_shape_agrees_only_size_by_size(text: str) -> None:
    key = Shape(126, 126, 64)
    assert key.agrees(key.read(text)) is Truth.FALSE


@pytest.mark.parametrize("text", ["1,024 × 3", "3 × 1,024", "128 × 128, 3", "1,124 × 3"])
def test_a_comma_beside_a_cross_is_asked_again_since_it_may_group_digits(text: str) -> None:
    with pytest.raises(Unreadable):
        Shape(1024, 3).read(text)


@pytest.mark.parametrize("text", ["[0, 1)", "[0,1[", "[0; 1)", "[ 0 , 1 )", "[0..1)", "[0/5, 2/2)", r"$[0, 1)$",
                                  r"\left[0, 1\right)", "[0, 100%)", "[-0, +1.0)"])  # fmt: skip
def test_an_interval_in_other_clothes_reads_the_same(text: str) -> None:
    assert Interval(None, None).read(text) == Interval(Fraction(0), Fraction(1), closed_high=False)


@pytest.mark.parametrize(
    "text", ["(-∞, 3]", "(-inf, 3]", "(-Infinity, 3]", "(−∞, 3]", r"(-\infty, 3]", "]-oo, 3]", "[-∞, 3]"]
)
def test_infinity_is_written_in_many_ways_and_never_belongs_to_an_interval(text: str) -> None:
    assert Interval(None, None).read(text) == Interval(None, Fraction(3), closed_low=False)


@pytest.mark.parametrize("text", ["(0, 1)", "[0, 1]", "(0, 1]", "[0, 2)", "[-1, 1)", "(-inf, 1)", "[0, inf)"])
def test_an_interval_agrees_only_with_the_same_ends_open_and_closed_alike(text: str) -> None:
    key = Interval(Fraction(0), Fraction(1), closed_high=False)
    assert key.agrees(key.read(text)) is Truth.FALSE


@pytest.mark.parametrize("text", ["vi", "VI", "Vi.", "(vi)", "option vi", "$vi$", r"\text{vi}", "vi:", "vi, vi"])
def test_a_choice_in_other_clothes_reads_the_same(text: str) -> None:
    assert NETS.read(text) == NETS


@pytest.mark.parametrize("text", ["i, iii", "iii i", "i and iii", "i & iii", "{i; iii}", "options I, III", "i,iii,i"])
def test_several_choices_are_a_set(text: str) -> None:
    assert SEVERAL.agrees(SEVERAL.read(text)) is Truth.TRUE


@pytest.mark.parametrize("text", ["none", "None.", "-", "–"])
def test_choosing_none_is_an_answer_where_several_may_be_chosen(text: str) -> None:
    assert SEVERAL.read(text).chosen == frozenset()
    with pytest.raises(Unreadable):
        NETS.read(text)


def test_options_that_differ_in_case_alone_are_told_apart() -> None:
    key = Choice(frozenset({"a"}), ("a", "A"))
    assert key.read("a").chosen == {"a"}
    assert key.read("A").chosen == {"A"}


@pytest.mark.parametrize("other", [Count(1), Real(Fraction(1)), Shape(1), Interval(None, None), NETS])
@pytest.mark.parametrize("key", [Count(1), Real(Fraction(1)), Shape(1), Interval(None, None), NETS])
def test_answers_of_two_kinds_never_agree(key: Answer, other: Answer) -> None:
    assert key.agrees(other) is Truth.of(type(key) is type(other))
