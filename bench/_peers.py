"""ResNet-50 summed up by other tools, those that are installed."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from gradus.networks import Network
from gradus.networks.convolution import Conv
from gradus.networks.dense import Activation, Dense, Flatten
from gradus.networks.layer import Merge
from gradus.networks.normalisation import Norm
from gradus.networks.pooling import GlobalPool, Pool
from gradus.networks.table import Row

Results = dict[str, float]
Shape = tuple[int, ...]


def least(run: Callable[[], object], repeats: int) -> float:
    """Return the least of several wall times, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def peer_tables(network: Network, shape: Shape) -> Results:
    """Time the peers' summaries of a network, without derivations; their model is built beforehand."""
    found: Results = _jax(network, shape) if find_spec("jax") else {}
    if not find_spec("torch"):
        return found
    import torch

    from gradus.networks.writers.torch import torch_module

    with torch.device("meta"):
        meta = torch_module(network, shape).eval()
        image = torch.zeros(1, shape[-1], *shape[:-1])
    from torch.utils.flop_counter import FlopCounterMode

    def count() -> None:
        with torch.no_grad(), FlopCounterMode(display=False):
            meta(image)

    found["FlopCounterMode, meta"] = least(count, 5)
    if find_spec("torchinfo"):
        import torchinfo

        found["torchinfo, meta"] = least(
            lambda: str(torchinfo.summary(meta, input_data=image, device="meta", verbose=0)), 5
        )
    real = torch_module(network, shape).eval()
    if find_spec("ptflops"):
        from ptflops import get_model_complexity_info

        def complexity() -> None:
            get_model_complexity_info(
                real, (shape[-1], *shape[:-1]), as_strings=False, print_per_layer_stat=False, verbose=False
            )

        found["ptflops"] = least(complexity, 3)
    if find_spec("onnx"):
        found |= _onnx(real, image.shape)
    return found


def _onnx(module: Any, shape: Shape) -> Results:
    import io

    import onnx
    import torch

    stream = io.BytesIO()
    with torch.no_grad():
        torch.onnx.export(module, (torch.zeros(shape),), stream, dynamo=False)
    model = onnx.load_from_string(stream.getvalue())
    return {"onnx.shape_inference": least(lambda: onnx.shape_inference.infer_shapes(model), 5)}


def _jax(network: Network, shape: Shape) -> Results:
    """Time abstract evaluation of a forward pass; a new function each time, as what was traced is remembered."""
    import jax

    table = network.describe(shape)
    steps = [step.sources for step in table.plan.steps]
    stored = [_shapes(row) for row in table.rows]
    abstract: Any = jax.ShapeDtypeStruct
    weights = [[abstract(size, "float32") for size in sizes] for sizes in stored]
    image = abstract((1, *shape), "float32")

    def evaluate() -> Any:
        def forward(weights: Any, x: Any) -> Any:
            found: list[Any] = []
            for row, sources, own in zip(table.rows, steps, weights, strict=True):
                inputs = [x if source < 0 else found[source] for source in sources]
                found.append(_applied(row, inputs, own))
            return found[network.result]

        return jax.eval_shape(forward, weights, image)

    assert evaluate().shape == (1, *table.output)
    return {"jax.eval_shape": least(evaluate, 5)}


def _shapes(row: Row) -> list[Shape]:
    layer, depth = row.layer, row.input[-1]
    if isinstance(layer, Conv):
        return [(layer.kernel, layer.kernel, depth, layer.filters)]
    if isinstance(layer, Norm):
        return [(depth,)] * 4
    return [(depth, layer.units), (layer.units,)] if isinstance(layer, Dense) else []


def _applied(row: Row, inputs: list[Any], own: list[Any]) -> Any:
    """Return what a layer of ResNet-50 makes, as one writes it with jax.lax."""
    import jax
    from jax import lax
    from jax import numpy as jnp

    layer, x = row.layer, inputs[0]
    if isinstance(layer, Merge):
        return sum(inputs[1:], x)
    if isinstance(layer, Conv | Pool):
        pads = ((layer.padding, layer.padding),) * 2
        strides = (layer.stride, layer.stride)
    if isinstance(layer, Conv):
        names = ("NHWC", "HWIO", "NHWC")
        return lax.conv_general_dilated(x, own[0], strides, pads, dimension_numbers=names)
    if isinstance(layer, Pool):
        window = (1, layer.kernel, layer.kernel, 1)
        return lax.reduce_window(x, -jnp.inf, lax.max, window, (1, *strides, 1), ((0, 0), *pads, (0, 0)))
    if isinstance(layer, Norm):
        mean, variance, scale, shift = own
        return (x - mean) * (scale / jnp.sqrt(variance + 1e-5)) + shift
    if isinstance(layer, GlobalPool):
        return x.mean((1, 2), keepdims=layer.keep)
    if isinstance(layer, Dense):
        return x @ own[0] + own[1]
    if isinstance(layer, Flatten):
        return x.reshape(len(x), -1)
    assert layer == Activation("relu"), row.place
    return jax.nn.relu(x)
