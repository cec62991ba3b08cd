"""Matrix products of a batch with weights, for training."""

from __future__ import annotations

from functools import cache
from typing import Any


def product(inputs: Any, weight: Any) -> Any:
    """Return batch × outputs for batch × inputs and inputs × outputs; to be differentiated backwards only.

    On processors XLA multiplies slowly where the first factor has to be read across its rows, as it does for the
    gradient of the weights. Turning the inputs over first makes the training of small dense networks a fifth faster
    (`bench/lab.py`); the price is that `jax.jvp` cannot go through it.
    """
    return _product()(inputs, weight)


@cache
def _product() -> Any:
    import jax
    from jax import lax

    apart: Any = lax.optimization_barrier  # without it, XLA turns the product back

    def forward(inputs: Any, weight: Any) -> tuple[Any, tuple[Any, Any]]:
        return inputs @ weight, (inputs, weight)

    def backward(kept: tuple[Any, Any], flow: Any) -> tuple[Any, Any]:
        inputs, weight = kept
        return flow @ weight.T, apart(inputs.T) @ flow

    multiply = jax.custom_vjp(lambda inputs, weight: inputs @ weight)
    multiply.defvjp(forward, backward)
    return multiply
