"""Functions of torch.nn.functional as layers; weights are known by the shapes of the parameters they read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradus.errors import Fault
from gradus.networks.convolution import Conv
from gradus.networks.dense import Dense
from gradus.networks.layer import Layer
from gradus.networks.pooling import Pool
from gradus.networks.readers.torch_modules import even

Shapes = dict[str, tuple[int, ...]]


def argument(node: Any, position: int, name: str, usual: Any = None) -> Any:
    """Return an argument of a call, by place or by name."""
    return node.args[position] if len(node.args) > position else node.kwargs.get(name, usual)


def _weight(node: Any, shapes: Shapes) -> tuple[int, ...]:
    weight = argument(node, 1, "weight")
    if getattr(weight, "name", "") not in shapes:
        raise Fault(node.name, "weight", None, "is computed, but must be a parameter", "use an nn.Parameter")
    return shapes[weight.name]


def conv(node: Any, shapes: Shapes) -> Layer:
    """Return a functional convolution as a layer."""
    filters, _, *taps = _weight(node, shapes)
    stride, padding = even(argument(node, 3, "stride", 1)), even(argument(node, 4, "padding", 0))
    dilation, groups = even(argument(node, 5, "dilation", 1)), argument(node, 6, "groups", 1)
    return Conv(even(taps), filters, stride, padding, argument(node, 2, "bias") is not None, dilation, groups)


def linear(node: Any, shapes: Shapes) -> Layer:
    """Return a functional dense layer."""
    return Dense(_weight(node, shapes)[0], argument(node, 2, "bias") is not None)


def pool(kind: str) -> Callable[[Any], Layer]:
    """Return a reader of functional pooling."""

    def read(node: Any) -> Layer:
        kernel, stride = even(argument(node, 1, "kernel_size")), even(argument(node, 2, "stride"))
        padding, ceil = even(argument(node, 3, "padding", 0)), bool(node.kwargs.get("ceil_mode", False))
        return Pool(kind, kernel, stride, padding, ceil)

    return read
