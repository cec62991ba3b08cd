"""Counting the multiplications of a program, by looking at the program and not at a clock."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any


def multiplications(program: Callable[..., Any], *arguments: Any) -> int:
    """Return the scalar multiplications of the matrix products and convolutions that a JAX program does.

    Loops (`scan`) count as often as they run. Element-wise work is left out: it is of lower order.

    >>> import jax.numpy as jnp
    >>> multiplications(lambda w, x: w @ x, jnp.ones((3, 4)), jnp.ones((4, 5)))
    60
    """
    import jax

    return _counted(jax.make_jaxpr(program)(*arguments).jaxpr)


def _counted(traced: Any) -> int:
    total = 0
    for equation in traced.eqns:
        name, shapes = equation.primitive.name, [variable.aval.shape for variable in equation.invars]
        if name == "dot_general":
            (contracted, _), _ = equation.params["dimension_numbers"]
            total += prod(equation.outvars[0].aval.shape) * prod(shapes[0][axis] for axis in contracted)
        elif name == "conv_general_dilated":
            total += _convolution(equation, shapes)
        inner = [value for value in equation.params.values() if hasattr(value, "jaxpr") or hasattr(value, "eqns")]
        repeats = equation.params.get("length", 1) if name == "scan" else 1
        total += repeats * sum(_counted(getattr(value, "jaxpr", value)) for value in inner)
    return total


def _convolution(equation: Any, shapes: list[tuple[int, ...]]) -> int:
    """Return the products of a convolution: each output sums over the kernel's window and input channels."""
    layout = equation.params["dimension_numbers"]
    kernel = shapes[1]
    window = prod(kernel[axis] for axis in layout.rhs_spec[2:])
    return int(prod(equation.outvars[0].aval.shape) * window * kernel[layout.rhs_spec[1]])
