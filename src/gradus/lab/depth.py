"""How gradients grow through deep random networks: measured in NumPy, and predicted by mean-field theory."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi, sqrt
from typing import TYPE_CHECKING, Any, final

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

EPSILON = 1e-5


@final
@dataclass(frozen=True, slots=True)
class Stack:
    """Equal dense layers h ← φ(Wh), or h ← h + branch·Wφ(h) with a skip, W from N(0, gain²/width).

    Batch norm acts on pre-activations, with the statistics of the batch. The gain of He's initialisation is √2.
    """

    gain: float
    activation: str = "relu"
    batch_norm: bool = False
    skip: bool = False
    branch: float = 1.0  # what the branch is multiplied by
    depth: int = 40

    def measure(self, source: np.random.Generator, networks: int, width: int = 64, batch: int = 64) -> Array:
        """Return per network the logarithm of the growth of ‖∂L/∂h‖ from one layer to the one before."""
        growth: Array = self.follow(source, networks, width, batch)[:, -1] / self.depth
        return growth

    def follow(self, source: np.random.Generator, networks: int, width: int = 64, batch: int = 64) -> Array:
        """Return the logarithm of ‖∂L/∂h‖ over that of the last layer, networks × layers back, from 0 to all.

        The loss is a random linear function of the last layer.
        """
        import numpy as np

        hidden = source.normal(size=(networks, batch, width))
        if self.skip:
            weights, kept, end = self._forward_with_skip(source, hidden)
        else:
            weights, kept, end = self._forward(source, hidden)
        gradient: Array = np.asarray(source.normal(size=end.shape))
        norms = [np.linalg.norm(gradient, axis=(1, 2))]
        for weight, (z, before) in zip(reversed(weights), reversed(kept), strict=True):
            if self.skip:
                through = self._back_norm(before, gradient) @ weight.transpose(0, 2, 1)
                gradient = gradient + self.branch * through * self._slope(z)
            else:
                gradient = self._back_norm(before, gradient * self._slope(z)) @ weight.transpose(0, 2, 1)
            norms.append(np.linalg.norm(gradient, axis=(1, 2)))
        followed: Array = np.log(np.stack(norms, axis=1) / norms[0][:, None])
        return followed

    def _forward(
        self, source: np.random.Generator, hidden: Array
    ) -> tuple[list[Array], list[tuple[Array, Array]], Array]:
        weights, kept = [], []
        for _ in range(self.depth):
            weight = self._weight(source, hidden)
            before = hidden @ weight
            z = self._norm(before)
            hidden = self._activate(z)
            weights.append(weight)
            kept.append((z, before))
        return weights, kept, hidden

    def _forward_with_skip(
        self, source: np.random.Generator, hidden: Array
    ) -> tuple[list[Array], list[tuple[Array, Array]], Array]:
        weights, kept = [], []
        for _ in range(self.depth):
            weight = self._weight(source, hidden)
            before = self._activate(hidden) @ weight
            weights.append(weight)
            kept.append((hidden, before))
            hidden = hidden + self.branch * self._norm(before)
        return weights, kept, hidden

    def _weight(self, source: np.random.Generator, hidden: Array) -> Array:
        networks, _, width = hidden.shape
        drawn: Array = source.normal(size=(networks, width, width)) * (self.gain / sqrt(width))
        return drawn

    def _activate(self, z: Array) -> Array:
        import numpy as np

        active: Array = np.maximum(z, 0) if self.activation == "relu" else 1 / (1 + np.exp(-z))
        return active

    def _slope(self, z: Array) -> Array:
        if self.activation == "relu":
            return z > 0
        active = self._activate(z)
        slope: Array = active * (1 - active)
        return slope

    def _norm(self, z: Array) -> Array:
        if not self.batch_norm:
            return z
        normed: Array = (z - z.mean(axis=1, keepdims=True)) / (z.var(axis=1, keepdims=True) + EPSILON) ** 0.5
        return normed

    def _back_norm(self, before: Array, gradient: Array) -> Array:
        """Return the gradient by pre-activations before they are normalised over the batch."""
        if not self.batch_norm:
            return gradient
        normed, spread = self._norm(before), (before.var(axis=1, keepdims=True) + EPSILON) ** 0.5
        centred = gradient - gradient.mean(axis=1, keepdims=True)
        back: Array = (centred - normed * (gradient * normed).mean(axis=1, keepdims=True)) / spread
        return back

    def predict(self) -> float:
        """Return the logarithm of that growth for infinitely wide networks and large batches.

        A layer multiplies the mean square of gradients by gain²·E[φ′(z)²]: by gain²/2 for ReLU, by π/(π − 1) where
        batch norm stands before it, whatever the gain; a skip adds 1. The variance that a normalised branch sees
        grows by branch² a layer. Source: Schoenholz et al., Deep information propagation (2017); Yang et al., A mean
        field theory of batch normalization (2019), section 3; Zhang et al., Fixup initialization (2019), section 2.

        >>> round(Stack(gain=2 * 2**0.5).predict(), 4) == round(log(2), 4)
        True
        """
        if self.activation != "relu":
            return 0.5 * log(self.gain**2 * _mean_square_slope(self.gain))
        ratio = pi / (pi - 1) if self.batch_norm else self.gain**2 / 2
        if not self.skip:
            return 0.5 * log(ratio)
        if not self.batch_norm:
            return 0.5 * log(1 + self.branch**2 * ratio)
        grown = (1 + self.branch**2 * ratio / (1 + layer * self.branch**2) for layer in range(self.depth))
        return 0.5 * sum(map(log, grown)) / self.depth


def _mean_square_slope(gain: float) -> float:
    """Return E[σ′(z)²] for z ~ N(0, q), with q where gain²·E[σ(z)²] leaves it."""
    import numpy as np

    points, chances = np.polynomial.hermite_e.hermegauss(80)
    chances = chances / chances.sum()
    spread = 1.0
    for _ in range(200):
        active = 1 / (1 + np.exp(-points * sqrt(spread)))
        spread = gain**2 * float((active**2 * chances).sum())
    active = 1 / (1 + np.exp(-points * sqrt(spread)))
    return float(((active * (1 - active)) ** 2 * chances).sum())
