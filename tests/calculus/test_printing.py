"""What is printed as text or LaTeX reads back to an equal expression, and MathML is well-formed."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradus.calculus import OPEN, Vocabulary, declare, latex, mathml, plain, prepare, read
from gradus.calculus.expression import walk
from gradus.errors import Unreadable

WORDS = declare(
    {
        "c": "scalar", "w_i^*": "scalar", "Q": "scalar", "dz_2": "scalar", "T": "positive scalar", "u": "n",
        "v^*": "n", "z_{l+1}": "n", "A": "n × n", "B": "n × n", "g": "elementwise", "X": "n × k", "X_1": "n × k",
        "D": "unit k -> scalar", "∂L/∂z": "n",
    }
)  # fmt: skip


def faults(text: str, words: Vocabulary) -> list[str]:
    """Return what was printed and does not read back, nor stands in MathML."""
    try:
        tree = read(text, words).expression
    except Unreadable as fault:
        return [] if "at most" in fault.expected else [str(fault)]  # a bound, such as sums nested four deep
    key = prepare(tree, words)
    if key.compare(tree).outcome != "equal":
        return []  # it has too few values to be compared by
    printed = [plain(tree), latex(tree)]
    ET.fromstring(mathml(tree))
    return [text for text in printed if key.compare(read(text, words, tree.shape).expression).outcome != "equal"]


ONCE_WRONG = [
    "(sum_i u_i) + 2",
    "sum_j ((sum_i u_i) + u_j)",
    "sum_i ((sum_i u_i) + u_i)",
    "c + (sum_i u_i) - c",
    "-(sum_i u_i) + c",
    "w_i^* * Q",
    "w_i^* * Q * w_i^* / 2",
    "(w_i^*)^2",
    "w_i^* .* u",
    "2^(T)",
    "2^(-T)",
    "u^(T)",
    "dz_2 * c",
    "c / dz_2",
    "(c + dz_2)^(-1) * Q",
    "mean_i (u_i + c)",
    "mean_{i=1}^{n} D(X_i)",
    "max_i u_i",
    "prod_i u_i",
    "D(X_i) + u_i",
    "D(X_1_i)",
    "sum_i v^*_i",
    "sum_i z_{l+1}_i",
    "g'(z_{l+1}) .* ∂L/∂z",
    "(∂L/∂z)^T @ u",
    "matrix_power(A, 3) @ u",
    "u when c > 0, 0 otherwise",
    "c when 0 < c < Q and Q > 1, -c otherwise",
    "||A||_F + ||u||_infty + ||u||_1",
    "(A**2) @ u",
    "(A @ B)^T @ inv(A)",
    "sum(A, axis=0)",
    "(-2)*c + (-1/2)",
    "(1/2)^c*3",
    "max((c when c > Q, 0 otherwise), Q)",
    "abs(c when c > 0, 0 otherwise)",
    r"\left|c \left|Q\right| T\right|",
    r"\left\|A \left\|u\right\|_\infty u\right\|_1",
    r"\|u\|_\infty + ‖u‖_∞ + ||u||_inf",
]
ONCE_WRONG_IN_OPEN_WORDS = [
    "W1 @ dz2",
    "(dz)^{-1} 8",
    r"11^\T",
    "dd^J",
    "abs(div) + 1",
    "x / (dx)",
    "(d)/(dx)",
    r"\frac{\left(d\right)}{d_1}",
    r"kn^* cs^4",
    "tr(A)de",
    "sum_i (x_i - y_i) + (sum_i x_i)",
]


@pytest.mark.parametrize("text", ONCE_WRONG)
def test_what_once_printed_wrongly_reads_back(text: str) -> None:
    assert faults(text, WORDS) == []


@pytest.mark.parametrize("text", ONCE_WRONG_IN_OPEN_WORDS)
def test_what_once_printed_wrongly_in_open_words_reads_back(text: str) -> None:
    assert faults(text, OPEN) == []


def test_brackets_stand_where_they_must_and_not_elsewhere() -> None:
    for text, shown, tex in (
        ("c + (sum_i u_i)", "c + sum_{i=1}^{n} (u_i)", r"c + \sum_{i=1}^{n} \left(u_{i}\right)"),
        ("(sum_i u_i) + c", "(sum_{i=1}^{n} (u_i)) + c", r"\left(\sum_{i=1}^{n} \left(u_{i}\right)\right) + c"),
        ("w_i^* * Q", "w_i^* * Q", r"w_{i}^{*} \cdot Q"),
        ("mean_i X_1_ij", "mean_{i=1}^{n} (X_1_ij)", r"\operatorname{mean}_{i=1}^{n} \left(X_{1,ij}\right)"),
    ):  # fmt: skip
        tree = read(text, WORDS).expression
        assert (plain(tree), latex(tree)) == (shown, tex)


SCALARS = st.sampled_from(["c", "w_i^*", "Q", "dz_2", "T", "2", "1/3", "3", "pi", "n"])
VECTORS = st.sampled_from(["u", "v^*", "z_{l+1}", "ones_n", "∂L/∂z"])
MATRICES = st.sampled_from(["A", "B", "eye_n"])
OF_SCALARS = ["{a} + {b}", "{a} - {b}", "-{a}", "{a}*{b}", "{a}/{b}", "{a}^2", "{a}^(-1)", "exp({a})", "|{a}|",
              "g''({a})", "{a} when {a} > {b}, {b} otherwise", "sum_i ({a}*u_i) + {b}", "mean_j (u_j + v^*_j*{a})",
              "max({a}, {b})",
              "sum_i sum_j (X_ij*{a})"]  # fmt: skip
OF_VECTORS = ["{a}^T @ {b}", "||{a}||_1", "||{a}||_2^2", "sum({a})", "logsumexp({a})"]
TO_VECTORS = [
    "{v} + {w}",
    "{v} - {w}",
    "-{v}",
    "{v} .* {w}",
    "{s}*{v}",
    "{v}/{s}",
    "{m} @ {v}",
    "g'({v})",
    "{v}**2",
    "softmax({v})",
]
TO_MATRICES = [
    "{m}^T",
    "{m} @ {k}",
    "{m} + {k}",
    "{m} .* {k}",
    "outer({v}, {w})",
    "diag({v})",
    "{s}*{m}",
    "matrix_power({m}, 2)",
]


def filled(templates: list[str], **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return texts of templates, each part in brackets."""
    return st.sampled_from(templates).flatmap(
        lambda text: st.builds(text.format, **{k: v.map("({})".format) for k, v in parts.items()})
    )


def texts(depth: int) -> tuple[st.SearchStrategy[str], st.SearchStrategy[str], st.SearchStrategy[str]]:
    """Return texts of numbers, vectors and matrices."""
    if not depth:
        return SCALARS, VECTORS, MATRICES
    s, v, m = texts(depth - 1)
    return (
        SCALARS | filled(OF_SCALARS, a=s, b=s) | filled(OF_VECTORS, a=v, b=v),
        VECTORS | filled(TO_VECTORS, v=v, w=v, s=s, m=m),
        MATRICES | filled(TO_MATRICES, m=m, k=m, v=v, w=v, s=s),
    )


@settings(max_examples=250, deadline=None)
@given(st.one_of(*texts(2)))
def test_whatever_can_be_written_is_printed_to_be_read(text: str) -> None:
    assert faults(text, WORDS) == []


def test_the_property_looks_at_every_kind_of_node_but_a_few() -> None:
    written = [*ONCE_WRONG, *(template.format(a="c", b="Q") for template in OF_SCALARS)]
    heads = {node.head for text in written for node in walk(read(text, WORDS).expression)}
    assert heads >= {"add", "neg", "mul", "div", "pow", "matpow", "matmul", "transpose", "inverse", "call", "opaque",
                     "over", "reduce", "cases", "compare", "both", "norm", "element"}  # fmt: skip
