"""Convolution and pooling, by taps: one shifted copy of the image for each tap of the kernel.

A convolution with a kernel of its own for every run becomes a grouped one, which XLA computes slowly on processors;
copies side by side and one matrix product are fast, and batch over runs like every other product.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

from gradus.lab.models.kinds import Arrays, Kind, Moment, Slot, plain
from gradus.networks import Conv, Crop, GlobalPool, Pad, Pool, Upsample
from gradus.networks.checks import spread
from gradus.networks.convolution import DEPTHWISE
from gradus.networks.windows import SAME, same_sides, sides


def _pairs(where: str, padding: Any, sizes: tuple[int, ...], kernel: Any, stride: Any, dilation: Any) -> list[Any]:
    """Return the padding (before, after) of each axis."""
    rank = len(sizes)
    if padding == SAME:
        taps, steps, gaps = (spread(where, "kernel", value, rank) for value in (kernel, stride, dilation))
        return [same_sides(n, (k - 1) * d + 1, s) for n, k, s, d in zip(sizes, taps, steps, gaps, strict=True)]
    return [(before, before if after is None else after) for before, after in sides(padding, rank, where)]


def _taps(layer: Any, inputs: Any, outputs: tuple[int, ...], stride: Any, fill: float) -> list[Any]:
    """Return for each tap, in order, what every window sees there: batch × outputs × channels."""
    import jax.numpy as jnp

    sizes = inputs.shape[1:-1]
    rank = len(sizes)
    kernel, steps, gaps = (spread(layer.word, "", value, rank) for value in (layer.kernel, stride, layer.dilation))
    pairs = _pairs(layer.word, layer.padding, sizes, kernel, steps, gaps)
    needed = [(n - 1) * s + (k - 1) * d + 1 for n, s, k, d in zip(outputs, steps, kernel, gaps, strict=True)]
    ends = [max(after, want - size - before) for (before, after), want, size in zip(pairs, needed, sizes, strict=True)]
    margins = [(0, 0), *((before, end) for (before, _), end in zip(pairs, ends, strict=True)), (0, 0)]
    if any(map(any, margins)):
        inputs = jnp.pad(inputs, margins, constant_values=fill)
    found = []
    for place in itertools.product(*map(range, kernel)):
        starts = [i * d for i, d in zip(place, gaps, strict=True)]
        window = [slice(a, a + (n - 1) * s + 1, s) for a, n, s in zip(starts, outputs, steps, strict=True)]
        found.append(inputs[(slice(None), *window)])
    return found


def _conv_slots(layer: Conv, shape: tuple[int, ...]) -> dict[str, Slot]:
    depth, filters = shape[-1], layer.channels(shape)
    groups = depth if layer.groups == DEPTHWISE else layer.groups
    taps = layer.taps(len(shape) - 1)
    area = math.prod(taps)
    weight = Slot((*taps, depth // groups, filters), "weight", area * depth // groups, area * filters // groups)
    return {"weight": weight, "bias": Slot((filters,), "bias")} if layer.bias else {"weight": weight}


def _conv(layer: Conv, parameters: Arrays, inputs: Any, moment: Moment) -> tuple[Any, Arrays]:
    import jax.numpy as jnp

    weight = parameters["weight"]  # taps… × depth/groups × filters
    sizes = layer.output(inputs.shape[1:])[:-1]
    taps = jnp.stack(_taps(layer, inputs, sizes, layer.stride, 0.0), axis=-2)  # batch × sizes… × taps × depth
    share, filters = weight.shape[-2:]
    groups = inputs.shape[-1] // share
    flat = weight.reshape(-1, share, filters)
    if groups == 1:
        outputs = taps.reshape(*taps.shape[:-2], -1) @ flat.reshape(-1, filters)
    else:
        split = taps.reshape(*taps.shape[:-1], groups, share)
        kernels = flat.reshape(-1, share, groups, filters // groups)
        outputs = jnp.einsum("...tgc,tcgf->...gf", split, kernels).reshape(*taps.shape[:-2], filters)
    return (outputs + parameters["bias"] if layer.bias else outputs), moment.state


def _pool(layer: Pool, inputs: Any) -> Any:
    """Return the largest or the mean of each window; zeros of the padding count in means, an overhang does not."""
    import jax.numpy as jnp

    stride = layer.kernel if layer.stride is None else layer.stride
    sizes = layer.output(inputs.shape[1:])[:-1]
    if layer.kind == "max":
        taps = _taps(layer, inputs, sizes, stride, -jnp.inf)
        best = taps[0]
        for tap in taps[1:]:
            best = jnp.maximum(best, tap)  # where two are largest, each gets half of the gradient
        return best
    taps = _taps(layer, inputs, sizes, stride, 0.0)
    if not layer.ceil:
        return sum(taps) / len(taps)
    pairs = _pairs(layer.word, layer.padding, inputs.shape[1:-1], layer.kernel, stride, layer.dilation)
    there = jnp.ones(
        (1, *(n + before + after for n, (before, after) in zip(inputs.shape[1:-1], pairs, strict=True)), 1)
    )
    return sum(taps) / sum(_taps(replace(layer, padding=0), there, sizes, stride, 0.0))


def _global(layer: GlobalPool, inputs: Any) -> Any:
    axes = tuple(range(1, inputs.ndim - 1))
    return (inputs.max if layer.kind == "max" else inputs.mean)(axis=axes, keepdims=layer.keep)


def _pad(layer: Pad, inputs: Any) -> Any:
    import jax.numpy as jnp

    pairs = _pairs(layer.word, layer.padding, inputs.shape[1:-1], 1, 1, 1)
    return jnp.pad(inputs, [(0, 0), *pairs, (0, layer.depth)])


def _crop(layer: Crop, inputs: Any) -> Any:
    pairs = _pairs(layer.word, layer.cut, inputs.shape[1:-1], 1, 1, 1)
    window = [slice(before, size - after) for (before, after), size in zip(pairs, inputs.shape[1:-1], strict=True)]
    return inputs[(slice(None), *window)]


def _upsample(layer: Upsample, inputs: Any) -> Any:
    for axis, scale in enumerate(spread(layer.word, "scale", layer.scale, inputs.ndim - 2), start=1):
        inputs = inputs.repeat(scale, axis=axis)
    return inputs


KINDS: dict[type, Kind] = {
    Conv: Kind(_conv, _conv_slots),
    Pool: Kind(plain(_pool)),
    GlobalPool: Kind(plain(_global)),
    Pad: Kind(plain(_pad)),
    Crop: Kind(plain(_crop)),
    Upsample: Kind(plain(_upsample)),
}
