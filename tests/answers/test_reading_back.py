"""What an answer prints, it reads back, as text and as LaTeX."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradus.answers import (
    Answer,
    Choice,
    Count,
    Interval,
    Point,
    Program,
    Real,
    Samples,
    Shape,
    TrueOrFalse,
    Truth,
    Written,
)

LABELS = st.lists(st.text("abcdefghivxABC123", min_size=1, max_size=4), min_size=1, max_size=6, unique_by=str.lower)
NUMBERS = st.fractions(max_denominator=10**6) | st.decimals(allow_nan=False, allow_infinity=False, places=6).map(
    Fraction
)

# a text in a fence, or in LaTeX's clothes, is taken out of them
SOURCES = st.text(min_size=1, max_size=200).filter(
    lambda text: bool(text.strip()) and not text.strip().startswith(("`", "\\", "$"))
)


@st.composite
def choices(draw: st.DrawFn) -> Choice:
    options = tuple(draw(LABELS))
    several = draw(st.booleans())
    least, most = (0, len(options)) if several else (1, 1)
    return Choice(draw(st.frozensets(st.sampled_from(options), min_size=least, max_size=most)), options, several)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    ends = sorted(draw(st.tuples(NUMBERS, NUMBERS)))
    low, high = draw(st.none() | st.just(ends[0])), draw(st.none() | st.just(ends[1]))
    return Interval(low, high, draw(st.booleans()), draw(st.booleans()))


ANSWERS: dict[str, st.SearchStrategy[Answer]] = {
    "count": st.builds(Count, st.integers(-(10**80), 10**80), st.sampled_from(["", "parameters", "pixels"])),
    "real": st.builds(Real, NUMBERS, st.fractions(0, 1)),
    "shape": st.lists(st.integers(0, 10**9), min_size=1, max_size=6).map(lambda sizes: Shape(*sizes)),
    "interval": intervals(),
    "choice": choices(),
    "samples": st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6).map(
        lambda found: Samples(tuple(Point({}, {}, {}, (value,)) for value in found))
    ),
    "written": st.lists(
        st.tuples(st.sampled_from(["it falls", "it grows"]), st.booleans()), min_size=1, max_size=3
    ).map(lambda facts: Written(tuple(facts))),
    "true or false": st.sampled_from([Truth.TRUE, Truth.FALSE]).map(TrueOrFalse),
    "program": st.builds(Program, SOURCES, st.just("f")),
}


def test_every_kind_of_this_package_is_tested_here() -> None:
    ours = {kind.kind for kind in Answer.__subclasses__() if kind.__module__.startswith("gradus.answers.")}
    assert set(ANSWERS) == ours


@given(st.one_of(*ANSWERS.values()))
def test_what_prints_reads_back_equal_and_agrees(answer: Answer) -> None:
    again = answer.read(str(answer))
    assert again == answer
    assert answer.agrees(again) is Truth.TRUE


@given(st.one_of(*ANSWERS.values()))
def test_latex_reads_back_and_agrees_with_and_without_dollars(answer: Answer) -> None:
    assert answer.agrees(answer.read(answer.latex())) is Truth.TRUE
    assert answer.agrees(answer.read(f"${answer.latex()}$")) is Truth.TRUE


@given(st.one_of(*ANSWERS.values()), st.one_of(*ANSWERS.values()))
def test_agreement_is_mutual_where_there_is_no_tolerance(one: Answer, other: Answer) -> None:
    if isinstance(one, Real) and isinstance(other, Real):
        one, other = Real(one.value), Real(other.value)
    assert one.agrees(other) is other.agrees(one)


@given(st.one_of(*(found for kind, found in ANSWERS.items() if kind != "samples")))  # they hold arrays and functions
def test_answers_are_hashable_and_their_repr_makes_them_again(answer: Answer) -> None:
    kinds = (Choice, Count, Fraction, Interval, Program, Real, Shape, TrueOrFalse, Truth, Written)
    names = {kind.__name__: kind for kind in kinds}
    again = eval(repr(answer), names)
    assert again == answer
    assert hash(again) == hash(answer)


@pytest.mark.parametrize(
    ("answer", "text", "latex"),
    [
        (Count(1792, "parameters"), "1792", "1792"),
        (Shape(126, 126, 64), "126 × 126 × 64", r"126 \times 126 \times 64"),
        (Real(Fraction(-1, 3)), "-1/3", r"-\frac{1}{3}"),
        (Real(Fraction(1, 8)), "0.125", "0.125"),
        (Real(Fraction(-3)), "-3", "-3"),
        (Real(Fraction(1, 10**12)), "0.000000000001", "0.000000000001"),
        (Interval(None, Fraction(1, 2)), "(-∞, 0.5]", r"(-\infty, 0.5]"),
        (Interval(Fraction(0), Fraction(1), closed_high=False), "[0, 1)", "[0, 1)"),
        (Choice(frozenset({"vi", "iv"}), ("iv", "v", "vi"), several=True), "iv, vi", r"\text{iv, vi}"),
        (TrueOrFalse(Truth.TRUE), "true", r"\text{true}"),
        (Choice(frozenset(), ("i", "ii"), several=True), "none", r"\text{none}"),
    ],
)
def test_answers_print_in_the_notation_of_the_field(answer: Answer, text: str, latex: str) -> None:
    assert (str(answer), answer.latex()) == (text, latex)


def test_a_truth_with_three_values_is_no_condition() -> None:
    with pytest.raises(TypeError, match=r"compare it with `is Truth\.TRUE`"):
        assert Truth.UNDECIDED


def test_options_named_in_digits_of_another_script_read_back() -> None:
    for label in ("３", "٣", "β", "3"):
        key = Choice(frozenset({label}), (label, "b"))
        assert key.agrees(key.read(label)) is Truth.TRUE
