"""Equal, different or undecided, each with what it rests on."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from gradus.calculus import OPEN, Verdict, Vocabulary, declare, prepare, read


def compare(key: str, answer: str, domain: str = "real") -> Verdict:
    words = Vocabulary(open=True, domain=domain)
    return prepare(read(key, words).expression, words).compare(read(answer, words).expression)


@pytest.mark.parametrize(
    ("key", "answer", "domain"),
    [
        ("x", "x + sin(250*pi*x)", "real"),
        ("x", "1.0009*x", "real"),
        ("0", "x^20", "real"),
        ("0", "x^20", "unit"),
        ("x", "abs(x)", "real"),
        ("x", "x + 10^(-30)", "real"),
        ("exp(x)", "exp(x) + 10^(-15)*x", "real"),
        ("2^(10^9)", "2^(10^9) + 1", "real"),
        ("x^(10^9)", "x^(10^9 + 1)", "real"),
        ("x^(1/3)", "x^0.333333333", "positive"),
        ("exp(exp(x))", "exp(exp(x))*(1 + 10^(-8))", "real"),
        ("(x + 1)^40", "(x + 1)^40 + x", "real"),
        ("x", "1/(x - x)", "real"),
    ],
)
def test_cases_that_fool_others_are_rejected(key: str, answer: str, domain: str) -> None:
    assert compare(key, answer, domain).outcome == "different"


@pytest.mark.parametrize(
    ("key", "answer", "domain"),
    [
        ("0", "1 - tanh(30 + x^2)^2", "positive"),
        ("sqrt(x^2)", "abs(x)", "real"),
        ("log(x^2)", "2*log(x)", "positive"),
        ("n!", "n*(n - 1)!", "natural"),
        ("cos(pi*n)", "(-1)^n", "natural"),
        ("1 - erf(x)", "erfc(x)", "real"),
        ("max(x, 0)", "relu(x)", "real"),
        ("sigmoid'(x)", r"\sigma(x)(1 - \sigma(x))", "real"),
        ("(x + 1)^100", "(x + 1)^99*(x + 1)", "real"),
    ],
)
def test_rounding_and_saturation_make_no_difference(key: str, answer: str, domain: str) -> None:
    assert compare(key, answer, domain).outcome == "equal"


def test_a_decision_that_rounding_could_turn_hides_no_difference() -> None:
    words = declare({"w": "n", "x": "n", "y": "scalar"})
    key = prepare(read("(1 when w^T x >= max(w^T x, y), 0 otherwise)*x + w", words).expression, words)
    answer = read("(1 when w^T x >= w^T x, 0 otherwise)*x + w", words).expression
    assert key.compare(answer).outcome == "different"


def test_different_carries_the_point_and_both_values() -> None:
    verdict = compare("x^2", "x^3")
    assert verdict.certificate.point is not None
    assert str(verdict.certificate).startswith("at x = ")
    assert verdict.certificate.key != verdict.certificate.answer


def test_equal_carries_points_sizes_and_exactness() -> None:
    assert (
        str(compare("(x + 1)^2", "x^2 + 2x + 1").certificate)
        == "agree at 22 real and complex points and in exact arithmetic"
    )
    words = declare({"X": "n × d", "w": "d"})
    verdict = prepare(read("X w", words).expression, words).compare(read("(w^T X^T)^T", words).expression)
    assert "3 choices of sizes" in str(verdict.certificate)
    assert all(len(set(sizes.values())) == len(sizes) for sizes in verdict.certificate.sizes)


def test_domain_differences_are_reported() -> None:
    assert compare("x", "x^2/x").remarks == ("at x = 0 yours has no value, the key has one",)
    for key, answer in (("x", "sqrt(x^2)"), ("x", "abs(x)"), ("log(x^2)", "2*log(x)")):
        verdict = compare(key, answer)
        assert (verdict.outcome, verdict.reason) == ("different", "domain")
        assert verdict.said.startswith("equal only where x > 0")


@pytest.mark.parametrize(
    "answer", ["d/dx (x^2/2)", r"\frac{d}{dx} x^2", r"\int x dx", r"\frac{\partial L}{\partial x}", "∇L"]
)
def test_an_echo_of_the_question_is_told_so(answer: str) -> None:
    words = declare({"x": "scalar"})
    verdict = prepare(read("x", words).expression, words).compare(read(answer, words).expression)
    assert (verdict.outcome, verdict.reason) == ("different", "echo")
    assert "work it out" in verdict.said


def test_a_sum_left_standing_is_an_echo_where_its_value_is_asked() -> None:
    words = declare({"x": "n"})
    total, sized = read("sum_i (x_i - x_i + 2)", words).expression, read("2n", words).expression
    assert prepare(sized, words, closed=True).compare(total).reason == "echo"
    assert prepare(sized, words).compare(total).outcome == "equal"


def test_a_shape_fault_names_both_shapes() -> None:
    words = declare({"X": "n × d", "w": "d"})
    verdict = prepare(read("X w", words).expression, words).compare(read("w", words).expression)
    assert (verdict.reason, verdict.said) == ("shape", "this is a vector of d, a vector of n is asked")


def test_right_but_transposed_is_recognised() -> None:
    words = declare({"X": "n × d", "D": "n × k", "A": "n × n"})
    key = prepare(read("X^T D", words).expression, words)
    verdict = key.compare(read("D^T X", words).expression)
    assert (verdict.outcome, verdict.reason) == ("different", "transposed")
    square = prepare(read("inv(A)", words).expression, words).compare(read("inv(A)^T", words).expression)
    assert square.reason == "transposed"


def test_a_row_for_a_column_is_taken_unless_the_layout_is_strict() -> None:
    words = declare({"D": "n × m"})
    column, row = read("sum(D, axis=0)", words).expression, read("1^T D", words).expression
    assert prepare(column, words).compare(row).remarks == ("this is a row of m, a vector of m is asked; taken as that",)
    assert prepare(column, words, layout="strict").compare(row).reason == "transposed"


def test_the_verdict_is_the_same_in_threads() -> None:
    key = prepare(read("1 - tanh(x)^2", OPEN).expression, OPEN)
    answers = ["1/cosh(x)^2", "1/(2*cosh(x)^2)", "4/(exp(x) + exp(-x))^2", "x"] * 8
    alone = [key.compare(read(text, OPEN).expression) for text in answers]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: key.compare(read(text, OPEN).expression), answers)) == alone


def test_importing_the_library_loads_the_standard_library_only() -> None:
    import subprocess

    code = "import sys, gradus.calculus; print(sorted({'numpy', 'lark', 'jax', 'sympy'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
