"""Losses of one example each, and how right its prediction is."""

from __future__ import annotations

from typing import Any


def losses(kind: str, outputs: Any, targets: Any) -> Any:
    """Return one loss for each example, natural logarithms.

    Args:
        kind: `cross_entropy`, `logistic`, `squared` (half the sum of squares) or `absolute` (the sum).
        outputs: batch × outputs; scores before softmax or sigmoid.
        targets: class numbers, or values batch × outputs; cross-entropy takes probabilities too.
    """
    import jax.numpy as jnp
    import optax

    if kind == "cross_entropy":
        # classes as vectors: looking scores up is a gather, and backwards a scatter, which processors do slowly
        chances = targets if targets.ndim == outputs.ndim else _values(outputs, targets)
        return optax.softmax_cross_entropy(outputs, chances)
    if kind == "logistic":
        return optax.sigmoid_binary_cross_entropy(outputs.reshape(len(targets)), targets.reshape(len(targets)))
    values = _values(outputs, targets)
    errors = outputs.reshape(len(targets), -1) - values
    return jnp.abs(errors).sum(axis=1) if kind == "absolute" else 0.5 * (errors**2).sum(axis=1)


def _values(outputs: Any, targets: Any) -> Any:
    """Return what a squared error is measured against: the class as a vector of 0 and 1, or the values."""
    from jax import nn

    if targets.ndim == 1 and targets.dtype.kind in "iu":
        return nn.one_hot(targets, outputs.shape[-1])
    return targets.reshape(len(targets), -1)


def hits(kind: str, outputs: Any, targets: Any) -> Any:
    """Return 1 for each example whose class is predicted, 0 otherwise."""
    import jax.numpy as jnp

    if kind == "logistic":
        return ((outputs.reshape(len(targets)) > 0) == (targets > 0)).astype(jnp.float32)
    truth = targets if targets.ndim == 1 else targets.argmax(axis=-1)
    return (outputs.argmax(axis=-1) == truth).astype(jnp.float32)
