"""Keys of derivations against witnesses of another kind, and mistakes by their names."""

from __future__ import annotations

import pytest

from gradus.calculus import Derivation, declare, derive, explain, plain, read_program
from gradus.calculus.measure import measure
from gradus.calculus.mistakes import wrong_answers
from gradus.errors import Fault, Unreadable
from gradus.oracle.gradients import observe

LAYERS = {"W1": "m × k", "W2": "p × m", "x": "k", "g": "elementwise", "y": "p"}
TWO_LAYERS = "z1 = W1 @ x; a1 = g(z1); z2 = W2 @ a1; L = 1/2*norm(z2 - y)**2"
GAN = {
    "X": "n × k", "Z": "n × q", "D": "unit k -> scalar", "G": "q -> k", "∇_{theta_d} D": "k -> r", "theta_d": "r",
    "∇D": "k -> k", "∇_{theta_g} G": "q -> s × k", "theta_g": "s",
}  # fmt: skip
GAN_LOSS = "L = 1/n*sum_i(log(D(X_i)) + log(1 - D(G(Z_i))))"
PROGRAMS = [
    *((TWO_LAYERS, LAYERS, by, ()) for by in ("W1", "W2", "x", "z1", "y")),
    *((TWO_LAYERS.rpartition(";")[0], LAYERS, by, ("z2",)) for by in ("z1", "W1", "x")),
    *((GAN_LOSS, GAN, by, ()) for by in ("theta_d", "theta_g", "X_i")),
    ("L = 1/n*sum_i(D(X_i) + D(G(Z_i)))", GAN, "theta_d", ()),
    ("L = tr(A @ X @ B)", {"A": "p × n", "X": "n × m", "B": "m × p"}, "X", ()),
    ("L = x @ A @ x", {"A": "n × n", "x": "n"}, "x", ()),
    ("L = log(det(X.T @ X))", {"X": "n × n"}, "X", ()),
    ("L = norm(X @ w - y)**2/n + alpha*norm(w)**2", {"X": "n × d", "w": "d", "y": "n", "alpha": "scalar"}, "w", ()),
    ("p = softmax(z); L = -y @ log(p)", {"z": "c", "y": "c"}, "z", ()),
    ("L = sum((X @ W - Y)**2)", {"X": "n × d", "W": "d × c", "Y": "n × c"}, "W", ()),
    ("z = X @ W + b; L = mean(relu(z))", {"X": "n × d", "W": "d × c", "b": "c"}, "b", ()),
    (
        "L = -1/n*sum_i(y_i*log(sigmoid(w @ X_i)) + (1 - y_i)*log(1 - sigmoid(w @ X_i)))",
        {"X": "n × d", "w": "d", "y": "n"}, "w", (),
    ),
    ("L = u @ inv(A) @ v", {"A": "n × n", "u": "n", "v": "n"}, "A", ()),
    ("L = logsumexp(A @ x)", {"A": "m × n", "x": "n"}, "x", ()),
    ("L = alpha*norm(w, 1) + max(w @ x, y)", {"w": "n", "x": "n", "alpha": "scalar", "y": "scalar"}, "w", ()),
]  # fmt: skip


def derivation(text: str, words: dict[str, str], by: str, given: tuple[str, ...] = ()) -> Derivation:
    return derive(read_program(text, declare(words)), by, given=[f"∂L/∂{name}" for name in given])


@pytest.mark.parametrize(
    ("text", "words", "by", "given"), PROGRAMS, ids=[f"{text} by {by}" for text, _, by, _ in PROGRAMS]
)
def test_the_symbolic_gradient_agrees_with_jax_and_with_differences(
    text: str, words: dict[str, str], by: str, given: tuple[str, ...]
) -> None:
    np = pytest.importorskip("numpy")
    pytest.importorskip("jax")
    found = derivation(text, words, by, given)
    for seed in range(2):
        seen = observe(text, words, by, given, seed)
        mine = measure(found.gradient, found.vocabulary, seen.sizes, seen.values, seen.functions)
        assert seen.gap < 1e-6, seen.methods
        np.testing.assert_allclose(mine, seen.gradient, rtol=1e-8, atol=1e-10 * np.abs(seen.gradient).max())


@pytest.mark.parametrize(
    ("text", "words", "by", "given"), PROGRAMS, ids=[f"{text} by {by}" for text, _, by, _ in PROGRAMS]
)
def test_a_key_is_right_by_its_own_grader_and_every_change_of_it_wrong(
    text: str, words: dict[str, str], by: str, given: tuple[str, ...]
) -> None:
    np = pytest.importorskip("numpy")
    pytest.importorskip("jax")
    found, seen = derivation(text, words, by, given), observe(text, words, by, given, seed=5)
    assert found.compare(found.read(plain(found.gradient)).expression).outcome == "equal"
    for kind, wrong in wrong_answers(found.gradient):
        try:
            answer = found.read(wrong).expression
        except Unreadable:
            continue  # asked again, nothing is lost or won
        value = measure(answer, found.vocabulary, seen.sizes, seen.values, seen.functions)
        right = value.shape == seen.gradient.shape and np.allclose(value, seen.gradient, rtol=1e-9)
        assert found.compare(answer).outcome == "different" or right, (kind, wrong)


def test_steps_go_from_the_objective_to_the_quantity() -> None:
    assert [str(step) for step in derivation(TWO_LAYERS, LAYERS, "W1").steps] == [
        "∂L/∂z_2 = z_2 - y",
        "∂L/∂a_1 = W_2^T @ (z_2 - y)",
        "∂L/∂z_1 = (W_2^T @ (z_2 - y)) .* g'(z_1)",
        "∂L/∂W_1 = ((W_2^T @ (z_2 - y)) .* g'(z_1)) @ x^T",
    ]


def test_quantities_may_be_written_out_or_not() -> None:
    found = derivation(TWO_LAYERS, LAYERS, "W1", ("z2",))
    for text in (
        "(W2.T @ dz2 * g'(z1)) x^T",
        "((W_2^T (W2 g(W1 x) - y)) .* g'(W1 x)) x^T",
        r"(W_2^\top \frac{\partial L}{\partial z_2} \odot g'(z_1)) x^\top",
    ):
        assert found.compare(found.read(text).expression).outcome == "equal", text


MISTAKES = [
    ("(W2.T @ dz2) x^T", "activation", "the derivative of the activation is missing"),
    ("2*(W2.T @ dz2 * g'(z1)) x^T", "factor", "off by the factor 2"),
    ("m*(W2.T @ dz2 * g'(z1)) x^T", "factor", "off by the factor m"),
    ("-(W2.T @ dz2 * g'(z1)) x^T", "sign", "off by the sign"),
    ("(W2.T @ dz2 * g(z1)) x^T", "activation", "the activation stands where its derivative belongs"),
    ("(W2.T @ (z2 + y) * g'(z1)) x^T", "sign", "one term has the wrong sign: y"),
    ("g'(z1) x^T", "chain", "a factor of the chain is missing"),
]


@pytest.mark.parametrize(("text", "kind", "said"), MISTAKES, ids=[said for _, _, said in MISTAKES])
def test_a_mistake_is_named(text: str, kind: str, said: str) -> None:
    found = derivation(TWO_LAYERS, LAYERS, "W1", ("z2",))
    answer = found.ground(found.read(text).expression)
    assert found.key.compare(answer).outcome == "different"
    slip = explain(found.key, answer)
    assert slip is not None
    assert slip.kind == kind
    assert slip.said.startswith(said)


def test_a_mean_for_a_sum_and_a_gradient_counted_twice_are_named() -> None:
    found = derivation(GAN_LOSS, GAN, "theta_d")
    for text, said in (
        ("sum_i (∇_{theta_d} D(X_i)/D(X_i) - ∇_{theta_d} D(G(Z_i))/(1 - D(G(Z_i))))", "off by the factor n"),
        ("1/n^2 sum_i (∇_{theta_d} D(X_i)/D(X_i) - ∇_{theta_d} D(G(Z_i))/(1 - D(G(Z_i))))", "off by the factor 1/n"),
        (
            "1/n sum_i (∇_{theta_d} D(X_i)/D(X_i) + ∇_{theta_d} D(G(Z_i))/(1 - D(G(Z_i))))",
            "one term has the wrong sign",
        ),
    ):
        slip = explain(found.key, found.ground(found.read(text).expression))
        assert slip is not None
        assert slip.said.startswith(said), slip


@pytest.mark.parametrize(
    ("text", "by", "told"),
    [
        ("L = W1 @ x", "W1", "must be a scalar"),
        ("L = norm(x)**2", "W1", "must be something that the quantity depends on"),
        ("L = norm(x)**2", "norm(x)", "must be a quantity of the program"),
        ("x = norm(x)", "x", "is given twice"),
    ],
)
def test_what_cannot_be_derived_is_told(text: str, by: str, told: str) -> None:
    with pytest.raises(Fault, match=told):
        derivation(text, LAYERS, by)


def test_a_fault_in_a_program_has_its_column_in_the_whole_text() -> None:
    with pytest.raises(Unreadable) as fault:
        read_program("z1 = W1 @ x; L = foo", declare(LAYERS))
    assert fault.value.column == 17
