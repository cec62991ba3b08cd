"""Small convolutional classifiers in plain NumPy, many at once: for questions that need no training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

EPSILON = 1e-5


@final
@dataclass(frozen=True, slots=True)
class Design:
    """Two modules of 3 × 3 convolution, activation and 2 × 2 pooling, then a dense layer; what may vary is named."""

    activation: str = "relu"
    pooling: str = "max"
    normalisation: str = "none"
    block: str = "plain"


@final
@dataclass(frozen=True, slots=True)
class Weights:
    """Kernels 3 × 3 × C × F and a matrix, each with a leading axis of networks; biases of the same depth, or none."""

    kernels: tuple[Array, ...]
    matrix: Array
    biases: tuple[Array, ...] | None = None

    def scaled(self, factor: float, biases: tuple[float, ...]) -> Weights:
        """Return the weights times a factor and each layer's bias times its own."""
        moved = None if self.biases is None else tuple(b * f for b, f in zip(self.biases, biases, strict=True))
        return Weights(tuple(kernel * factor for kernel in self.kernels), self.matrix * factor, moved)


def draw_weights(source: np.random.Generator, networks: int, bias: bool, quarters: bool = False) -> Weights:
    """Draw weights for images of 8 × 8 × 1 and ten classes.

    As `quarters` they lie between −3/4 and 3/4: sums of their products with sixteenths are exact in float64.
    """
    shapes = ((3, 3, 1, 4), (3, 3, 4, 4), (16, 10))

    def one(shape: tuple[int, ...]) -> Array:
        if quarters:
            exact: Array = source.integers(-3, 4, size=(networks, *shape)) / 4
            return exact
        fan_in = int(_product(shape[:-1]))
        drawn: Array = source.normal(size=(networks, *shape)) * (2 / fan_in) ** 0.5
        return drawn

    first, second, matrix = (one(shape) for shape in shapes)
    biases = tuple(one((shape[-1],)) for shape in shapes) if bias else None
    return Weights((first, second), matrix, biases)


def logits(design: Design, weights: Weights, images: Array) -> Array:
    """Return logits, networks × images × 10, of images N × 8 × 8 × 1.

    Zeros pad each convolution; frozen statistics have mean 0.5 and variance 2, as if left by training.

    >>> import numpy as np
    >>> logits(Design(), draw_weights(np.random.default_rng(0), 3, bias=False), np.ones((5, 8, 8, 1))).shape
    (3, 5, 10)
    """
    import numpy as np

    hidden = np.broadcast_to(images, (len(weights.matrix), *images.shape))
    for layer, kernel in enumerate(weights.kernels):
        summed = convolve(hidden, kernel)
        if weights.biases is not None:
            summed = summed + weights.biases[layer][:, None, None, None]
        active = activate(design.activation, _normalised(design.normalisation, summed))
        if design.block == "residual":
            active = active + hidden  # one channel is repeated over four
        hidden = _pooled(design.pooling, active)
    flat = hidden.reshape(*hidden.shape[:2], -1)
    result: Array = flat @ weights.matrix
    if weights.biases is not None:
        result = result + weights.biases[-1][:, None]
    return result


def convolve(images: Array, kernel: Array) -> Array:
    """Correlate networks × N × H × W × C with networks × 3 × 3 × C × F, zeros around, as shifted products.

    Sums of products of whole numbers and of quarters stay exact in float64.
    """
    import numpy as np

    height, width = images.shape[2:4]
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1), (0, 0)))
    rows: Array = sum(  # type: ignore[assignment]
        padded[:, :, i : i + height, j : j + width] @ kernel[:, None, None, i, j] for i in range(3) for j in range(3)
    )
    return rows


def activate(name: str, z: Array) -> Array:
    """Return an activation of pre-activations; the leaky slope is 1/4, exact in binary."""
    import numpy as np

    if name == "gelu":
        from scipy.special import erf

        smooth: Array = z * 0.5 * (1 + erf(z / 2**0.5))
        return smooth
    if name == "sigmoid":
        from scipy.special import expit

        squashed: Array = expit(z)
        return squashed
    return {"relu": np.maximum(z, 0), "leaky relu": np.where(z > 0, z, z / 4), "tanh": np.tanh(z)}[name]


def _normalised(name: str, z: Array) -> Array:
    if name == "batch statistics":
        spread = z.var(axis=(1, 2, 3), keepdims=True)
        result: Array = (z - z.mean(axis=(1, 2, 3), keepdims=True)) / (spread + 1e-300) ** 0.5
        return result
    return (z - 0.5) / (2 + EPSILON) ** 0.5 if name == "frozen statistics" else z


def _pooled(name: str, images: Array) -> Array:
    networks, count, height, width, channels = images.shape
    blocks = images.reshape(networks, count, height // 2, 2, width // 2, 2, channels)
    pooled: Array = blocks.max(axis=(3, 5)) if name == "max" else blocks.mean(axis=(3, 5))
    return pooled


def _product(sizes: tuple[int, ...]) -> int:
    from math import prod

    return prod(sizes)
