"""What a student types and what a model writes in LaTeX mean the same; what means nothing is told with a caret."""

from __future__ import annotations

import pytest

from gradus.calculus import OPEN, Ambiguous, declare, latex, mathml, plain, prepare, read
from gradus.errors import Unreadable

WORDS = declare(
    {
        "W_1": "m × k",
        "W_2": "p × m",
        "W_{l+1}": "p × m",
        "dz_2": "p",
        "z_1": "m",
        "z_l": "m",
        "∂L/∂z_{l+1}": "p",
        "X": "n × k",
        "Z": "n × q",
        "D": "unit k -> scalar",
        "G": "q -> k",
        "∇_θ D": "k -> r",
        "g": "elementwise",
        "g_1": "elementwise",
        "w_i^*": "scalar",
        "H_ii": "positive scalar",
        "alpha": "positive scalar",
        "A": "n × n",
        "B": "n × n",
        "x": "n",
        "u": "n",
        "w": "n",
        "J": "n -> scalar",
        "∇J": "n -> n",
        "y": "q",
        "c": "scalar",
    }
)

READINGS = [
    ("1/n * sum_i (1 - D(X_i)) - D(G(Z_i))", "(1/n)*(sum_{i=1}^{n} (1 - D(X_i) - D(G(Z_i))))"),
    ("(W_2^T dz_2) .* g'(z_1)", "(W_2^T @ dz_2) .* g'(z_1)"),
    ("W2.T @ dz2 * g1'(z1)", "(W_2^T @ dz_2) .* g_1'(z_1)"),
    (r"\frac1n\sum_{i=1}^n \nabla_\theta D(X^i)/D(X^i)", "(1/n)*(sum_{i=1}^{n} (∇_{theta} D(X_i)/D(X_i)))"),
    (
        r"\mathrm{sign}(w_i^*)\max(|w_i^*|-\alpha/H_{ii},0)",
        "sign(w_i^*)*max(abs(w_i^*) - alpha/H_ii, 0)",
    ),
    (
        r"(W^{[l+1]})^\top \frac{\partial L}{\partial z^{[l+1]}} \odot g'(z^{[l]})",
        "(W_{l+1}^T @ (∂L/∂z_{l+1})) .* g'(z_l)",
    ),
    (
        "wi* + α/Hii when wi* ≤ −α/Hii, 0 otherwise",
        "w_i^* + alpha/H_ii when w_i^* <= -alpha/H_ii, 0 otherwise",
    ),
    (r"\begin{cases} c & c < 0 \\ 0 & \text{otherwise} \end{cases}", "c when c < 0, 0 otherwise"),
    ("c if c < 0 else 0", "c when c < 0, 0 otherwise"),
    ("∇J(w) + α·sign(w)", "∇J(w) + alpha*sign(w)"),
    ("x^T A u", "x^T @ A @ u"),
    ("A x^T u", "A*(x^T @ u)"),
    ("x · u", "x^T @ u"),
    ("x ⊗ u", "x @ u^T"),
    (r"\|x\|^2 + ||u||_1", "||x||_2^2 + ||u||_1"),
    ("(A + 2I)^{-1} x", "inv(A + 2*eye_n) @ x"),
    (r"A^{-\top} x", "inv(A)^T @ x"),
    (r"1^T x", "ones_n^T @ x"),
    ("tr(A B) + det(A)", "tr(A @ B) + det(A)"),
    ("np.sum(X, axis=0)", "sum(X, axis=0)"),
    (r"\sin^2 c + \cos^2 c", "sin(c)^2 + cos(c)^2"),
    ("-c^2", "-c^2"),
    ("2^-c", "2^(-c)"),
    ("|c|", "abs(c)"),
    (
        "1 - 1/n sum_i D(X_i) - 1/n sum_i D(G(Z_i))",
        "1 - (1/n)*(sum_{i=1}^{n} (D(X_i))) - (1/n)*(sum_{i=1}^{n} (D(G(Z_i))))",
    ),
]


@pytest.mark.parametrize(("text", "meant"), READINGS, ids=[text for text, _ in READINGS])
def test_a_notation_means_what_people_mean_by_it(text: str, meant: str) -> None:
    assert plain(read(text, WORDS).expression) == meant


@pytest.mark.parametrize("text", [text for text, _ in READINGS])
def test_what_is_printed_reads_back_to_an_equal_expression(text: str) -> None:
    tree = read(text, WORDS).expression
    key = prepare(tree, WORDS)
    for printed in (plain(tree), latex(tree)):
        assert key.compare(read(printed, WORDS).expression).outcome == "equal", printed


def test_mathml_is_printed_for_pages() -> None:
    assert mathml(read("x^T A u", WORDS).expression).startswith("<math")


def test_what_was_chosen_is_shown_back() -> None:
    assert read("W2.T @ dz2 * g'(z1)", WORDS).notes == ("* was read as element by element",)
    assert "side by side" in read("x u", WORDS).notes[0]
    assert "sum over i" in read("sum_i c*D(X_i) - D(G(Z_i))", WORDS).notes[0]


def test_where_two_readings_fit_the_writer_is_asked() -> None:
    with pytest.raises(Ambiguous) as asked:
        read("A*B", WORDS)
    assert asked.value.readings == ("A @ B", "A .* B")
    assert "this can mean a matrix product, or element by element; write A @ B or A .* B" in str(asked.value)
    with pytest.raises(Ambiguous):
        read("A^2", WORDS)
    with pytest.raises(Ambiguous):
        read("1/2c", WORDS)


def test_the_shape_that_is_asked_settles_the_size_of_an_identity() -> None:
    words = declare({"A": "n × n"})
    assert plain(read("I", words, ("n", "n")).expression) == "eye_n"


def test_a_star_is_what_fits() -> None:
    words = declare({"A": "n × n", "B": "n × n", "x": "n"})
    assert plain(read("x^T*(A*x)", words).expression) == "x^T @ (A @ x)"


FAULTS = [
    ("W1 @ dz2", 0, "a matrix of m × k and a vector of p cannot be multiplied as matrices"),
    ("x + y", 0, "a vector of n and a vector of q cannot be added"),
    ("foo + 1", 0, "foo is not a symbol of this question"),
    ("D(x)", 0, "D takes a vector of k, this is a vector of n"),
    ("c + ", 3, "expected a number, a name, a function or a bracket"),
    ("(c", 0, "this bracket is never closed by )"),
    ("c)", 1, "nothing was opened before it"),
    ("∇J + c*x", 0, "∇J is a function and needs an argument"),
    ("g", 0, "g is a function and needs an argument"),
    ("c # 2", 2, "'#' means nothing here"),
    ("", 0, "there is nothing to read"),
    ("sum_i", 0, "nothing follows the sum sign"),
    ("sum_i c", 0, "the index i is used nowhere after this sum"),
    ("inv(W_1)", 0, "a square matrix is needed"),
    ("softmax(x, u)", 0, "softmax takes one argument, 2 given"),
    ("I", 0, "the size of I or of the ones is not settled"),
]


@pytest.mark.parametrize(("text", "column", "rule"), FAULTS, ids=[rule for _, _, rule in FAULTS])
def test_what_cannot_be_read_is_told_with_its_column_and_a_remedy(text: str, column: int, rule: str) -> None:
    with pytest.raises(Unreadable) as fault:
        read(text, WORDS)
    assert rule in fault.value.expected
    assert fault.value.column == column
    assert fault.value.remedy


def test_case_counts_and_matrices_do_not_commute() -> None:
    key = prepare(read("A @ B", WORDS).expression, WORDS)
    assert key.compare(read("B @ A", WORDS).expression).outcome == "different"
    words = declare({"W": "n", "w": "n"})
    assert prepare(read("W", words).expression, words).compare(read("w", words).expression).outcome == "different"


def test_an_open_vocabulary_takes_every_name_as_a_number() -> None:
    assert plain(read("be*t + x_1", OPEN).expression) == "be*t + x_1"
    assert plain(read(r"ab^2", OPEN).expression) == "ab^2"
    assert plain(read(r"\alpha ab^2", OPEN).expression) == "alpha*a*b^2"
