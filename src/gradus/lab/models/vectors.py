"""Dense layers, activations, dropout."""

from __future__ import annotations

import math
from typing import Any

from gradus.errors import Fault
from gradus.lab.models.kinds import Arrays, Kind, Moment, Slot, plain
from gradus.lab.models.products import product
from gradus.lab.noise import uniform
from gradus.networks import Activation, Dense, Dropout, Flatten

LEAK = 0.01  # slope of leaky_relu, as everywhere


def _dense_slots(layer: Dense, shape: tuple[int, ...]) -> dict[str, Slot]:
    found = {}
    if layer.tied is None:
        found["weight"] = Slot((shape[-1], layer.units), "weight", shape[-1], layer.units)
    if layer.bias:
        found["bias"] = Slot((layer.units,), "bias")
    return found


def _dense(layer: Dense, parameters: Arrays, inputs: Any, moment: Moment) -> tuple[Any, Arrays]:
    if moment.backwards and inputs.ndim == 2:
        outputs = product(inputs, parameters["weight"])
    else:
        outputs = inputs @ parameters["weight"]
    return (outputs + parameters["bias"] if layer.bias else outputs), moment.state


def _activation_slots(layer: Activation, shape: tuple[int, ...]) -> dict[str, Slot]:
    return {"slope": Slot((shape[-1],), "slope")} if layer.function == "prelu" else {}


def _activation(layer: Activation, parameters: Arrays, inputs: Any, moment: Moment) -> tuple[Any, Arrays]:
    import jax.numpy as jnp

    if layer.function == "prelu":
        return jnp.where(inputs > 0, inputs, parameters["slope"] * inputs), moment.state
    return activate(layer.function, inputs), moment.state


def activate(function: str, values: Any) -> Any:
    """Return a function of each value; gelu is the exact one, leaky_relu has slope 1/100 below 0."""
    import jax.numpy as jnp
    from jax import nn

    own = {
        "identity": lambda x: x,
        "leaky_relu": lambda x: nn.leaky_relu(x, LEAK),
        "gelu": lambda x: nn.gelu(x, approximate=False),
        "tanh": jnp.tanh,
        "softsign": nn.soft_sign,
        "hardswish": nn.hard_swish,
        "hardsigmoid": nn.hard_sigmoid,
        "hardtanh": nn.hard_tanh,
    }
    found = own.get(function) or getattr(nn, function, None)
    if found is None:
        raise Fault("activation", "function", function, "is not known to the laboratory", "use relu")
    return found(values)


def _dropout(layer: Dropout, parameters: Arrays, inputs: Any, moment: Moment) -> tuple[Any, Arrays]:
    """Drop with probability p and divide what is kept by 1 − p (inverted dropout), in training only."""
    import jax.numpy as jnp

    if not moment.train or moment.key is None:
        return inputs, moment.state
    probability = layer.probability if moment.dropout is None else moment.dropout
    kept = uniform(moment.key, inputs.shape) >= probability
    scale = 1 / jnp.maximum(1 - probability, 1e-7)  # finite where everything is dropped
    return jnp.where(kept, inputs * scale, 0), moment.state


def _flatten(layer: Flatten, inputs: Any) -> Any:
    return inputs.reshape(inputs.shape[0], math.prod(inputs.shape[1:]))


KINDS: dict[type, Kind] = {
    Dense: Kind(_dense, _dense_slots),
    Activation: Kind(_activation, _activation_slots),
    Dropout: Kind(_dropout),
    Flatten: Kind(plain(_flatten)),
}
