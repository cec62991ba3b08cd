"""What pooling saves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from gradus.answers import Truth
from gradus.claim import Claim, Effort, Evidence, Route, assume


@final
@dataclass(frozen=True, kw_only=True)
class PoolingParameters(Claim):
    """Pooling has no parameters and changes none of a convolution: a dense layer behind it shrinks.

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 9.3.
    """

    subject: ClassVar[str] = "pooling"
    head: str = assume("flatten and dense", "global average and dense")
    saved: str = assume("parameters", "activations")

    def statement(self) -> str:
        """Return the statement."""
        return f"Pooling between convolutions lets a network have fewer {self.saved}."

    def _text(self, pooled: bool) -> str:
        module = "conv 3x3x16 p1 > relu" + (" > maxpool 2" if pooled else "")
        head = "flatten" if self.head == "flatten and dense" else "gap > flatten"
        return f"{module} > {module} > {module} > {head} > dense 10"

    def decide(self, effort: Effort) -> Evidence:
        """Count with the network calculator."""
        from gradus.networks.reading import read_text

        counts = {}
        for pooled in (False, True):
            table = read_text(self._text(pooled)).describe((32, 32, 3))
            kept = sum(int(row.activations) for row in table.rows)
            counts[pooled] = int(table.parameters) if self.saved == "parameters" else kept
        finding = f"{counts[False]:,} {self.saved} without pooling, {counts[True]:,} with it"
        return Evidence(Truth.of(counts[True] < counts[False]), Route.PROOF, finding, networks=2)

    def witness(self, effort: Effort) -> Evidence:
        """Trace programs in JAX on shapes alone and add up the arrays."""
        import jax
        from jax import lax

        counts = {}
        for pooled in (False, True):
            image = _shape(1, 3, 32, 32)
            parameters = activations = 0
            for _ in range(3):
                kernel = _shape(16, image.shape[1], 3, 3)
                image = jax.eval_shape(lambda x, w: lax.conv_general_dilated(x, w, (1, 1), "SAME"), image, kernel)
                parameters += kernel.size + 16
                activations += 2 * image.size  # before and after the activation function
                if pooled:
                    image = jax.eval_shape(_halve, image)
                    activations += image.size
            flat = image.size if self.head == "flatten and dense" else 16
            parameters += 10 * (flat + 1)
            counts[pooled] = parameters if self.saved == "parameters" else activations
        finding = f"traced shapes: {counts[False]:,} {self.saved} without pooling, {counts[True]:,} with it"
        return Evidence(Truth.of(counts[True] < counts[False]), Route.EXPERIMENT, finding, networks=2)


def _halve(images: Any) -> Any:
    """Return the largest of each 2 × 2 window."""
    import jax.numpy as jnp
    from jax import lax

    return lax.reduce_window(images, -jnp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")


def _shape(*sizes: int) -> Any:
    import jax
    import jax.numpy as jnp

    return jax.ShapeDtypeStruct(sizes, jnp.float32)  # type: ignore[no-untyped-call]
