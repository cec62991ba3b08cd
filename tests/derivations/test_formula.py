"""The answer kind *expression*: read, printed, compared, explained, and held against a witness's samples."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gradus.answers import Count, Point, Samples, Truth
from gradus.derivations import Formula, state
from gradus.derivations.recognising import recognise
from gradus.derivations.statement import key_of, samples_of
from gradus.errors import Unreadable

SHAPES = {"W1": "m × k", "W2": "p × m", "x": "k", "g": "elementwise"}
STATEMENT = state(SHAPES, "z1 = W1 @ x; a1 = g(z1); z2 = W2 @ a1", "W1", ["z2"])
KEY = key_of(STATEMENT)


def test_a_formula_reads_back_what_it_prints() -> None:
    for text in (str(KEY), KEY.latex(), f"${KEY.latex()}$"):
        assert KEY.agrees(KEY.read(text)) is Truth.TRUE


def test_a_fault_of_shape_is_asked_again_with_both_shapes() -> None:
    with pytest.raises(Unreadable) as caught:
        KEY.read("W2.T @ dz2 * g'(z1)")
    assert caught.value.expected == "this is a vector of m, a matrix of m × k is asked"
    assert caught.value.remedy == "check transposes, sums and the order of factors"


def test_an_index_that_no_sum_binds_is_asked_again() -> None:
    with pytest.raises(Unreadable) as caught:
        KEY.read("(W2.T @ dz2 * g'(z1)) x_t x^T")
    assert caught.value.expected == "the index t is bound by no sum, and none is asked for"
    assert caught.value.remedy == "write sum_t (…), or leave the index out"
    one = key_of(state({"z": "n"}, "L = 1/n*sum_i(exp(z_i))", "z_i"))
    with pytest.raises(Unreadable, match="the index j is bound by no sum; here it is i"):
        one.read("exp(z_j)/n")


def test_a_transposed_answer_is_recognised_and_earns_half() -> None:
    turned = KEY.read("x ((W2.T @ dz2) * g'(z1))^T")
    assert KEY.agrees(turned) is Truth.FALSE
    found = recognise("gradient", KEY, turned)
    assert found is not None
    assert (found.name, found.credit) == ("transposed", Fraction(1, 2))
    told = "Right but transposed: this is a matrix of k × m, a matrix of m × k is asked."
    assert found.feedback == told


@pytest.mark.parametrize(
    ("text", "name", "feedback"),
    [
        ("-(W2.T @ dz2 * g'(z1)) x^T", "sign", "Off by the sign."),
        ("3 (W2.T @ dz2 * g'(z1)) x^T", "factor", "Off by the factor 3."),
        ("(W2.T @ dz2) x^T", "activation", "The derivative of the activation is missing: g'(W_1 @ x)."),
    ],
)
def test_a_wrong_formula_has_its_mistake_named(text: str, name: str, feedback: str) -> None:
    found = recognise("gradient", KEY, KEY.read(text))
    assert found is not None
    assert (found.name, found.feedback) == (name, feedback)


def test_what_nothing_explains_is_told_by_the_point_where_it_differs() -> None:
    found = recognise("gradient", KEY, KEY.read("((W2.T @ dz2) * g'(z1) * g(z1)) x^T + W1"))
    assert found is not None
    assert found.name == "other"
    assert "the key is" in found.feedback


def test_samples_countersign_the_key_and_no_wrong_formula() -> None:
    witness = samples_of(STATEMENT)
    assert KEY.agrees(witness) is Truth.TRUE
    assert witness.agrees(witness.read(str(witness))) is Truth.TRUE
    for wrong in ("(W2.T @ dz2) x^T", "-(W2.T @ dz2 * g'(z1)) x^T"):
        assert KEY.read(wrong).agrees(witness) is Truth.FALSE
    assert KEY.agrees(Count(1)) is Truth.FALSE


def test_samples_without_points_decide_nothing() -> None:
    assert KEY.agrees(Samples(())) is Truth.UNDECIDED
    with pytest.raises(Unreadable, match="numbers are expected here"):
        Samples((Point({}, {}, {}, (1.0,)),)).read("W1")


def test_a_row_is_taken_for_a_column_and_said() -> None:
    key = key_of(state({"W": "m × k", "x": "k"}, "z = W @ x", "x", ["z"]))
    row = key.read("dz^T W")
    assert key.agrees(row) is Truth.TRUE
    assert "taken as that" in key.remarks(row)
    assert isinstance(key, Formula)
