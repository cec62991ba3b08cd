"""Backpropagation through a GAN of perceptrons without biases, as one derives it by hand; NumPy and nothing else.

Samples stand in columns: an input is features × n, z_l = W_l A_{l−1} and A_l = g_l(z_l), with A_0 the input. Every line
of `backpropagate` is a line of the derivation; `gradients` puts the two players together. The objectives are

    minimax      L = (1/n) Σ [log D(Xⁱ) + log(1 − D(G(Zⁱ)))]     (Goodfellow et al. 2014, eq. 1; D ends in a sigmoid)
    wasserstein  L = (1/n) Σ [D(Xⁱ) − D(G(Zⁱ))]                  (Arjovsky et al. 2017, eq. 3; any last activation)

which the discriminator maximises and the generator minimises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from gradus.errors import Fault, suggest

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

ACTIVATIONS = ("sigmoid", "tanh", "relu", "identity")
OBJECTIVES = ("minimax", "wasserstein")


@dataclass(frozen=True, eq=False)
class Perceptron:
    """A multi-layer perceptron without biases.

    Args:
        weights: W_1, …, W_L, each outputs × inputs.
        activations: g_1, …, g_L, each one of `ACTIVATIONS`.
    """

    weights: tuple[Array, ...]
    activations: tuple[str, ...]

    def __post_init__(self) -> None:
        where = "perceptron"
        if not self.weights or len(self.weights) != len(self.activations):
            rule = f"must be one for each of the {len(self.weights)} weight matrices, at least one"
            raise Fault(where, "activations", len(self.activations), rule, "name one activation a layer")
        for activation in self.activations:
            if activation not in ACTIVATIONS:
                rule = f"must be one of {', '.join(ACTIVATIONS)}"
                raise Fault(where, "activations", activation, rule, suggest(activation, ACTIVATIONS))
        for number, (first, second) in enumerate(zip(self.weights, self.weights[1:], strict=False), start=2):
            if second.shape[1] != first.shape[0]:
                rule = f"must have {first.shape[0]} columns, the outputs of the layer before"
                raise Fault(where, f"W_{number}", second.shape, rule, "make the sizes follow one another")


class Pass(NamedTuple):
    """What a forward pass keeps: A_0, …, A_L and z_1, …, z_L."""

    activations: list[Array]
    preactivations: list[Array]

    @property
    def output(self) -> Array:
        """A_L, outputs × n."""
        return self.activations[-1]


class Gradients(NamedTuple):
    """The objective and its gradients; each gradient has the shape of its weight matrix."""

    objective: float
    discriminator: list[Array]
    generator: list[Array]


def forward(perceptron: Perceptron, inputs: Array) -> Pass:
    """Return all activations and pre-activations for inputs, features × n.

    >>> import numpy as np
    >>> forward(Perceptron((np.array([[2.0, -1.0]]),), ("relu",)), np.array([[3.0], [1.0]])).output
    array([[5.]])
    """
    activations, preactivations = [inputs], []
    for weight, activation in zip(perceptron.weights, perceptron.activations, strict=True):
        preactivations.append(weight @ activations[-1])  # z_l = W_l A_{l−1}
        activations.append(activate(activation, preactivations[-1]))  # A_l = g_l(z_l)
    return Pass(activations, preactivations)


def backpropagate(perceptron: Perceptron, kept: Pass, last: Array) -> tuple[list[Array], Array]:
    """Return ∂L/∂W_1, …, ∂L/∂W_L and ∂L/∂A_0 from ∂L/∂z_L.

    Args:
        perceptron: the network.
        kept: its forward pass.
        last: ∂L/∂z_L, outputs × n.
    """
    flow = last
    found = [flow @ kept.activations[-2].T]  # ∂L/∂W_L = ∂L/∂z_L · A_{L−1}ᵀ, summed over the n columns
    for layer in reversed(range(len(perceptron.weights) - 1)):
        above = perceptron.weights[layer + 1]
        flow = (above.T @ flow) * slope(  # ∂L/∂z_l = W_{l+1}ᵀ ∂L/∂z_{l+1} ⊙ g_l′(z_l)
            perceptron.activations[layer], kept.preactivations[layer]
        )
        found.append(flow @ kept.activations[layer].T)  # ∂L/∂W_l = ∂L/∂z_l · A_{l−1}ᵀ
    return found[::-1], perceptron.weights[0].T @ flow  # ∂L/∂A_0 = W_1ᵀ ∂L/∂z_1


def gradients(
    discriminator: Perceptron, generator: Perceptron, real: Array, noise: Array, objective: str = "minimax"
) -> Gradients:
    """Return L and its gradients for the weights of both networks.

    Args:
        discriminator: one output; for `minimax` its last activation is a sigmoid.
        generator: as many outputs as a sample has features.
        real: X, features × n.
        noise: Z, noise features × n.
        objective: one of `OBJECTIVES`.

    Raises:
        Fault: sizes that do not follow one another, or an objective that is not known.
    """
    _check(discriminator, generator, real, noise, objective)
    made = forward(generator, noise)  # G(Z)
    of_real, of_made = forward(discriminator, real), forward(discriminator, made.output)  # D(X), D(G(Z))
    value, last_real, last_made = LAST[objective](discriminator, of_real, of_made)
    by_real, _ = backpropagate(discriminator, of_real, last_real)
    by_made, at_made = backpropagate(discriminator, of_made, last_made)
    # one W_l serves two passes, each with pre-activations of its own: their gradients add up
    total = [first + second for first, second in zip(by_real, by_made, strict=True)]
    # ∂L/∂G(Z) = W_1ᵀ ∂L/∂z_1 holds 1/n already; the generator's last layer adds its own slope
    last = at_made * slope(generator.activations[-1], made.preactivations[-1])
    return Gradients(value, total, backpropagate(generator, made, last)[0])


def minimax(discriminator: Perceptron, of_real: Pass, of_made: Pass) -> tuple[float, Array, Array]:
    """Return L, ∂L/∂z_L at the real and at the made samples: (1 − D(X))/n and −D(G(Z))/n."""
    import numpy as np

    n, activation = of_real.output.shape[1], discriminator.activations[-1]
    at_real, at_made = of_real.preactivations[-1], of_made.preactivations[-1]
    # log σ(z) = −log(1 + e^{−z}) and log(1 − σ(z)) = −log(1 + e^z): no logarithm of a rounded 0
    value = -(np.logaddexp(0, -at_real) + np.logaddexp(0, at_made)).sum() / n
    return float(value), activate(activation, -at_real) / n, -of_made.output / n


def wasserstein(discriminator: Perceptron, of_real: Pass, of_made: Pass) -> tuple[float, Array, Array]:
    """Return L, ∂L/∂z_L at the real and at the made samples: g_L′(z)/n and −g_L′(z)/n."""
    n, activation = of_real.output.shape[1], discriminator.activations[-1]
    value = (of_real.output - of_made.output).sum() / n
    at_real, at_made = of_real.preactivations[-1], of_made.preactivations[-1]
    return float(value), slope(activation, at_real) / n, -slope(activation, at_made) / n


LAST = {"minimax": minimax, "wasserstein": wasserstein}


def step(perceptron: Perceptron, found: list[Array], rate: float) -> Perceptron:
    """Return the network after a plain gradient step: `rate` above 0 ascends (discriminator), below 0 descends.

    >>> import numpy as np
    >>> step(Perceptron((np.ones((1, 1)),), ("identity",)), [np.ones((1, 1))], -0.25).weights[0].item()
    0.75
    """
    moved = (weight + rate * gradient for weight, gradient in zip(perceptron.weights, found, strict=True))
    return Perceptron(tuple(moved), perceptron.activations)


def clip(perceptron: Perceptron, bound: float) -> Perceptron:
    """Return the network with all weights within ±bound, as the Wasserstein GAN asks (Arjovsky et al., algorithm 1)."""
    return Perceptron(tuple(weight.clip(-bound, bound) for weight in perceptron.weights), perceptron.activations)


def activate(activation: str, z: Array) -> Array:
    """Return g(z) for each value.

    >>> import numpy as np
    >>> activate("sigmoid", np.array([0.0, -1000.0]))
    array([0.5, 0. ])
    """
    import numpy as np

    if activation == "sigmoid":
        return np.exp(-np.logaddexp(0, -z))
    if activation == "tanh":
        return np.tanh(z)
    return np.maximum(z, 0) if activation == "relu" else z


def slope(activation: str, z: Array) -> Array:
    """Return g′(z) for each value; 0 for ReLU at 0.

    >>> import numpy as np
    >>> slope("sigmoid", np.array([0.0])), slope("relu", np.array([-1.0, 0.0, 2.0]))
    (array([0.25]), array([0., 0., 1.]))
    """
    import numpy as np

    if activation == "sigmoid":
        return activate("sigmoid", z) * activate("sigmoid", -z)  # σ(1 − σ), exact where σ rounds to 1
    if activation == "tanh":
        return 1 - np.tanh(z) ** 2
    return (z > 0).astype(z.dtype) if activation == "relu" else np.ones_like(z)


def _check(discriminator: Perceptron, generator: Perceptron, real: Array, noise: Array, objective: str) -> None:
    where, features = "gan", discriminator.weights[0].shape[1]
    if objective not in OBJECTIVES:
        raise Fault(
            where, "objective", objective, f"must be one of {', '.join(OBJECTIVES)}", suggest(objective, OBJECTIVES)
        )
    if discriminator.weights[-1].shape[0] != 1:
        raise Fault(where, "discriminator", discriminator.weights[-1].shape, "must have one output", "end in one row")
    if objective == "minimax" and discriminator.activations[-1] != "sigmoid":
        rule = "must end in a sigmoid for minimax: its output is a probability"
        raise Fault(where, "discriminator", discriminator.activations[-1], rule, "use sigmoid, or wasserstein")
    sizes = {
        "generator": (generator.weights[-1].shape[0], features),
        "real": (real.shape[0], features),
        "noise": (noise.shape[0], generator.weights[0].shape[1]),
        "samples": (noise.shape[1], real.shape[1]),
    }
    for field, (given, wanted) in sizes.items():
        if given != wanted:
            raise Fault(where, field, given, f"must be {wanted}", "make the sizes follow one another")
