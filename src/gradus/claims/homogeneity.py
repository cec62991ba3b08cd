"""What a convolutional classifier keeps when its weights or its input are multiplied by a number."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

from gradus.answers import Truth
from gradus.claim import Claim, Effort, Evidence, Route, assume, undecided

if TYPE_CHECKING:
    from gradus.lab.convnets import Array, Weights

LAYERS = 3
HOMOGENEOUS = {"relu", "leaky relu"}


class NotHomogeneous(Exception):
    """A layer through which no degree can be traced, and why."""


@dataclass(frozen=True, kw_only=True)
class Scaling(Claim):
    """Accuracy under multiplication by a factor: decided by tracing a degree of homogeneity through the layers.

    Where a prediction changes, so does the accuracy on images that are labelled as they were predicted. Batch
    statistics are taken without the ε that keeps them from dividing by zero.
    """

    subject: ClassVar[str] = "scaling of weights and inputs"
    bias: str
    activation: str = assume("relu", "leaky relu", "sigmoid", "tanh", "gelu")
    pooling: str = assume("max", "average")
    normalisation: str = assume("none", "batch statistics", "frozen statistics")
    block: str = assume("plain", "residual")
    factor: int = assume(10, -10, 0)

    @property
    @abstractmethod
    def degrees(self) -> tuple[int, int]:
        """The degrees of the input and of the weights in the factor."""

    @abstractmethod
    def scale(self, weights: Weights, images: Array) -> tuple[Weights, Array]:
        """Return weights and images after the multiplication."""

    @property
    def bias_degrees(self) -> tuple[int, ...]:
        """The degree of each layer's bias in the factor."""
        return {"scaled": (1,) * LAYERS, "scaled by depth": (1, 2, 3)}.get(self.bias, (0,) * LAYERS)

    def decide(self, effort: Effort) -> Evidence:
        """Trace the degree; where the rules give no proof, look for networks whose predictions change."""
        try:
            degree = self._traced()
        except NotHomogeneous as why:
            return self._searched(str(why), effort)
        finding = (
            f"layer by layer, the logits are homogeneous of degree {degree} in a positive factor, so their order stays"
        )
        return Evidence(Truth.TRUE, Route.PROOF, finding)

    def _traced(self) -> int:
        if self.factor <= 0:
            raise NotHomogeneous(f"the rules need a positive factor, and it is {self.factor}")
        degree, of_weights = self.degrees
        for layer in range(LAYERS):
            before, degree = degree, degree + of_weights
            if self.bias != "none" and self.bias_degrees[layer] != degree:
                raise NotHomogeneous(
                    f"layer {layer + 1} adds a bias of degree {self.bias_degrees[layer]} to sums of degree {degree}"
                )
            if layer == LAYERS - 1:
                return degree
            if self.normalisation == "batch statistics":
                degree = 0
            elif self.normalisation == "frozen statistics" and degree:
                raise NotHomogeneous(f"frozen statistics shift what has degree {degree}")
            if self.activation not in HOMOGENEOUS and degree:
                raise NotHomogeneous(f"{self.activation} is not homogeneous, and its input has degree {degree}")
            if self.block == "residual" and before != degree:
                raise NotHomogeneous(f"a branch of degree {degree} is added to a skip of degree {before}")
        raise AssertionError

    def _searched(self, why: str, effort: Effort) -> Evidence:
        import numpy as np

        networks = effort.choose(16, 64, 512)
        source = np.random.default_rng(effort.seed("random images", type(self).__name__))
        changed = self._changed(source, networks, source.normal(size=(24, 8, 8, 1)), quarters=False)
        hit, share = int((changed > 0).sum()), float(changed.mean())
        finding = f"{why}; in {hit} of {networks} random networks predictions change, {share:.1%} of them in all"
        if not hit:
            return undecided(f"{finding}: neither proved nor refuted")
        return Evidence(Truth.FALSE, Route.COUNTEREXAMPLE, finding, networks=networks, populations=1)

    def witness(self, effort: Effort) -> Evidence:
        """Run networks with weights in quarters on handwritten digits, where sums are exact and nothing is rounded."""
        import numpy as np
        from sklearn.datasets import load_digits

        networks = effort.choose(16, 48, 400)
        source = np.random.default_rng(effort.seed("digits", type(self).__name__))
        images = load_digits().images[source.choice(1797, size=24, replace=False)][..., None] / 16
        changed = self._changed(source, networks, images, quarters=True)
        hit, share = int((changed > 0).sum()), float(changed.mean())
        finding = (
            f"of {networks} networks with weights in quarters {hit} change predictions, {share:.1%} of 24 digits each"
        )
        route = Route.COUNTEREXAMPLE if hit else Route.EXPERIMENT
        return Evidence(Truth.of(not hit), route, finding, networks=networks, populations=1)

    def _changed(self, source: object, networks: int, images: Array, quarters: bool) -> Array:
        """Return per network the share of images whose predicted classes change: an empty set is a change too."""
        from gradus.lab.convnets import Design, draw_weights, logits

        design = Design(self.activation, self.pooling, self.normalisation, self.block)
        weights = draw_weights(source, networks, self.bias != "none", quarters)  # type: ignore[arg-type]
        moved, scaled = self.scale(weights, images)
        before, after = _predicted(logits(design, weights, images)), _predicted(logits(design, moved, scaled))
        share: Array = (before != after).any(axis=2).mean(axis=1)
        return share


def _predicted(found: Array) -> Array:
    """Return which classes are predicted, ties and what differs by rounding alone counted as equal."""
    best = found.max(axis=2, keepdims=True)
    near: Array = found >= best - 1e-9 * abs(found).max(axis=2, keepdims=True)
    return near


@final
@dataclass(frozen=True, kw_only=True)
class ScaledWeights(Scaling):
    """All weights times a factor at inference.

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 6.3 (rectified linear units are homogeneous).
    """

    bias: str = assume("none", "unscaled", "scaled", "scaled by depth")

    def statement(self) -> str:
        """Return the statement."""
        return f"Multiplying all weights by {self.factor} at inference leaves the accuracy unchanged."

    @property
    def degrees(self) -> tuple[int, int]:
        """The weights carry the factor."""
        return 0, 1

    def scale(self, weights: Weights, images: Array) -> tuple[Weights, Array]:
        """Multiply weights, and biases as assumed."""
        return weights.scaled(self.factor, tuple(float(self.factor) ** d for d in self.bias_degrees)), images


@final
@dataclass(frozen=True, kw_only=True)
class ScaledInput(Scaling):
    """The input times a factor at inference."""

    bias: str = assume("none", "unscaled")

    def statement(self) -> str:
        """Return the statement."""
        return f"Multiplying the input by {self.factor} at inference leaves the accuracy unchanged."

    @property
    def degrees(self) -> tuple[int, int]:
        """The input carries the factor."""
        return 1, 0

    def scale(self, weights: Weights, images: Array) -> tuple[Weights, Array]:
        """Multiply the images."""
        return weights, images * self.factor


@final
@dataclass(frozen=True, kw_only=True)
class ZeroImage(Claim):
    """What a network says of an image of zeros: every layer without a bias keeps zero where its activation does."""

    subject: ClassVar[str] = "scaling of weights and inputs"
    bias: str = assume("present", "none", "present, initially zero")
    activation: str = assume("relu", "tanh")
    input: str = assume("as it is", "standardised first")

    def statement(self) -> str:
        """Return the statement."""
        return "For an image of zeros a ConvNet gives every class the same probability."

    def decide(self, effort: Effort) -> Evidence:
        """Follow zero through the layers: convolution, activation, pooling and dense layer keep it without a bias."""
        import numpy as np

        from gradus.lab.convnets import activate

        kept = float(activate(self.activation, np.zeros(1))[0]) == 0  # sums and pooled values of zeros are zero
        if self.bias != "present" and self.input == "as it is" and kept:
            finding = (
                f"convolution, {self.activation}, pooling and a dense layer without bias map 0 to 0: all logits are 0"
            )
            return Evidence(Truth.TRUE, Route.PROOF, finding)
        return self._measured(np.random.default_rng(effort.seed("zero image")), effort.choose(8, 64, 512), False)

    def witness(self, effort: Effort) -> Evidence:
        """Run networks with weights in quarters."""
        import numpy as np

        return self._measured(np.random.default_rng(effort.seed("zero, exact")), effort.choose(16, 96, 600), True)

    def _measured(self, source: object, networks: int, quarters: bool) -> Evidence:
        import numpy as np

        from gradus.lab.convnets import Design, draw_weights, logits

        image = np.zeros((1, 8, 8, 1)) - (1.25 if self.input == "standardised first" else 0.0)
        weights = draw_weights(source, networks, self.bias == "present", quarters)  # type: ignore[arg-type]
        found = logits(Design(self.activation), weights, image)[:, 0]
        uneven = int((np.ptp(found, axis=1) > 0).sum())
        finding = f"{uneven} of {networks} networks have unequal logits, by up to {np.ptp(found, axis=1).max():.3g}"
        route = Route.COUNTEREXAMPLE if uneven else Route.EXPERIMENT
        return Evidence(Truth.of(not uneven), route, finding, networks=networks, populations=1)
