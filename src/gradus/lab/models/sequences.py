"""Layers on sequences: embeddings, learned positions, recurrent layers, selection, reshaping."""

from __future__ import annotations

from typing import Any

from gradus.lab.models.kinds import Arrays, Kind, Moment, Slot, plain
from gradus.networks import ClassToken, Embedding, Position, Recurrent, Reshape, Select
from gradus.networks.sequence import GATES


def _recurrent_slots(layer: Recurrent, shape: tuple[int, ...]) -> dict[str, Slot]:
    """Return the arrays of each stacked layer and direction: `input`, `hidden` and up to two biases."""
    gates, found = GATES[layer.kind] * layer.units, {}
    width = shape[-1]
    for depth in range(layer.layers):
        for way in _ways(layer):
            name = f"{way}{depth + 1}"
            found[f"{name}_input"] = Slot((width, gates), "weight", width, layer.units)
            found[f"{name}_hidden"] = Slot((layer.units, gates), "weight", layer.units, layer.units)
            for i in range(layer.biases):
                found[f"{name}_bias{i + 1}"] = Slot((gates,), "bias")
        width = layer.units * len(_ways(layer))
    return found


def _ways(layer: Recurrent) -> tuple[str, ...]:
    return ("forward", "backward") if layer.bidirectional else ("forward",)


def _recurrent(layer: Recurrent, parameters: Arrays, inputs: Any, moment: Moment) -> tuple[Any, Arrays]:
    import jax.numpy as jnp

    ends: list[Any] = []
    for depth in range(layer.layers):
        ways = [_one_way(layer, parameters, inputs, way, depth) for way in _ways(layer)]
        ends = [states[:, 0 if way == "backward" else -1] for way, states in zip(_ways(layer), ways, strict=True)]
        inputs = jnp.concatenate(ways, axis=-1)
    return (inputs if layer.sequences else jnp.concatenate(ends, axis=-1)), moment.state


def _one_way(layer: Recurrent, parameters: Arrays, inputs: Any, way: str, depth: int) -> Any:
    """Return the states batch × length × units of one direction of one stacked layer."""
    import jax.numpy as jnp
    from jax import lax

    name = f"{way}{depth + 1}"
    biases = [parameters[f"{name}_bias{i + 1}"] for i in range(layer.biases)] + [0.0, 0.0]
    if layer.biases == 1:
        biases = [biases[0], 0.0]
    drive = jnp.moveaxis(inputs @ parameters[f"{name}_input"] + biases[0], 1, 0)  # length × batch × gates
    hidden = parameters[f"{name}_hidden"]
    start = jnp.zeros((inputs.shape[0], layer.units), inputs.dtype)

    def step(carry: Any, driven: Any) -> tuple[Any, Any]:
        state, cell = carry
        carry = _cell(layer.kind, driven, state @ hidden + biases[1], state, cell)
        return carry, carry[0]

    states = lax.scan(step, (start, start), drive, reverse=way == "backward")[1]
    return jnp.moveaxis(states, 0, 1)


def _cell(kind: str, driven: Any, recalled: Any, state: Any, cell: Any) -> tuple[Any, Any]:
    """Return the next state and cell; gates in PyTorch's order, candidates by tanh."""
    import jax.numpy as jnp
    from jax import nn

    if kind == "rnn":
        return jnp.tanh(driven + recalled), cell
    if kind == "lstm":
        i, f, g, o = jnp.split(driven + recalled, 4, axis=-1)
        cell = nn.sigmoid(f) * cell + nn.sigmoid(i) * jnp.tanh(g)
        return nn.sigmoid(o) * jnp.tanh(cell), cell
    (ri, zi, ni), (rh, zh, nh) = jnp.split(driven, 3, axis=-1), jnp.split(recalled, 3, axis=-1)
    update = nn.sigmoid(zi + zh)
    candidate = jnp.tanh(ni + nn.sigmoid(ri + rh) * nh)
    return (1 - update) * candidate + update * state, cell


def _embed(layer: Embedding, parameters: Arrays, inputs: Any, moment: Moment) -> tuple[Any, Arrays]:
    return parameters["weight"][inputs.astype("int32")], moment.state


def _embedding_slots(layer: Embedding, shape: tuple[int, ...]) -> dict[str, Slot]:
    return {"weight": Slot((layer.vocabulary, layer.width), "weight", layer.width, layer.width)}


def _position(layer: Position, parameters: Arrays, inputs: Any, moment: Moment) -> tuple[Any, Arrays]:
    return inputs + parameters["weight"][: inputs.shape[1]], moment.state


def _position_slots(layer: Position, shape: tuple[int, ...]) -> dict[str, Slot]:
    return {"weight": Slot((layer.rows or shape[0], shape[-1]), "weight", shape[-1], shape[-1])}


def _token(layer: ClassToken, parameters: Arrays, inputs: Any, moment: Moment) -> tuple[Any, Arrays]:
    import jax.numpy as jnp

    tokens = jnp.broadcast_to(parameters["weight"], (inputs.shape[0], *parameters["weight"].shape))
    return jnp.concatenate([tokens, inputs], axis=1), moment.state


def _token_slots(layer: ClassToken, shape: tuple[int, ...]) -> dict[str, Slot]:
    return {"weight": Slot((layer.count, shape[-1]), "weight", shape[-1], shape[-1])}


KINDS: dict[type, Kind] = {
    Recurrent: Kind(_recurrent, _recurrent_slots),
    Embedding: Kind(_embed, _embedding_slots),
    Position: Kind(_position, _position_slots),
    ClassToken: Kind(_token, _token_slots),
    Select: Kind(plain(lambda layer, inputs: inputs[:, layer.index])),
    Reshape: Kind(plain(lambda layer, inputs: inputs.reshape(inputs.shape[0], *layer.sizes_wanted))),
}
