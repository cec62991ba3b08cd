"""What each layer keeps of a forward pass because its backward pass needs it.

The rules are those of the derivatives: a convolution needs its input (for the gradient of its weights), ReLU only its
output, max pooling where each maximum was, addition nothing. They describe PyTorch's autograd in its default form;
recomputation, in-place tricks beyond ReLU and fused kernels keep less.
"""

from __future__ import annotations

from dataclasses import dataclass

from gradus.networks.checks import Shape
from gradus.networks.convolution import Conv
from gradus.networks.dense import Activation, Dense, Flatten
from gradus.networks.layer import Layer, Merge
from gradus.networks.merging import Elementwise
from gradus.networks.normalisation import Dropout, Norm
from gradus.networks.pooling import AdaptivePool, GlobalPool, Pool
from gradus.networks.reshaping import Reshape, Select, Tokens
from gradus.networks.sequence import GATES, Attention, Embedding, Recurrent
from gradus.networks.transposed import TransposedConv
from gradus.networks.tree import Quantity, product

VIEWS = (Flatten, Tokens, Reshape, Select)
"""Layers whose output is the same storage as their input."""

KEEP_OUTPUT = {"relu", "sigmoid", "tanh", "softmax", "log_softmax", "elu", "selu"}
"""Activations whose derivative is computed from their output; the others keep their input."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a layer keeps for one example.

    Args:
        inputs: whether its inputs.
        output: whether its output.
        values: further values, such as the weights of attention.
        indices: whole numbers of eight bytes, such as the places of maxima.
        masks: truth values of one byte, such as what dropout let through.
        fixed: values that do not grow with the batch: the mean and variance that batch norm took over it.
    """

    inputs: bool = False
    output: bool = False
    values: Quantity = 0
    indices: Quantity = 0
    masks: Quantity = 0
    fixed: Quantity = 0


NOTHING_KEPT = Kept()


def kept(layer: Layer | Merge, shape: Shape, output: Shape) -> Kept:
    """Return what a layer keeps.

    >>> kept(Pool("max", 2), (4, 4, 8), (2, 2, 8))
    Kept(inputs=True, output=False, values=0, indices=32, masks=0, fixed=0)
    """
    if isinstance(layer, Conv | TransposedConv | Dense):
        return Kept(inputs=True)
    if isinstance(layer, Activation):
        return _of_activation(layer)
    if isinstance(layer, Norm):
        return _of_norm(layer, shape)
    if isinstance(layer, Pool | AdaptivePool | GlobalPool):
        return _of_pool(layer, output)
    if isinstance(layer, Recurrent | Attention | Embedding):
        return _of_sequence(layer, shape)
    if isinstance(layer, Dropout):
        return Kept(masks=product(shape))
    return Kept(inputs=isinstance(layer, Elementwise) and layer.word == "multiply")


def _of_activation(layer: Activation) -> Kept:
    if layer.function == "identity":
        return NOTHING_KEPT
    by_output = layer.function in KEEP_OUTPUT
    return Kept(inputs=not by_output, output=by_output)


def _of_norm(layer: Norm, shape: Shape) -> Kept:
    if layer.kind == "batch":
        return Kept(inputs=True, fixed=2 * shape[-1])
    groups = {"instance": shape[-1], "group": layer.groups, "layer": product(shape[:-1])}
    if layer.kind == "response":
        return Kept(inputs=True, output=True, values=product(shape))
    return Kept(inputs=True, values=product(shape[:-1]) if layer.kind == "rms" else 2 * groups[layer.kind])


def _of_pool(layer: Pool | AdaptivePool | GlobalPool, output: Shape) -> Kept:
    if layer.kind == "max":
        return Kept(inputs=True, indices=product(output))
    return Kept(inputs=not isinstance(layer, GlobalPool))  # a mean over everything needs its size only


def _of_sequence(layer: Recurrent | Attention | Embedding, shape: Shape) -> Kept:
    if isinstance(layer, Embedding):
        return Kept(indices=product(shape))
    length = shape[0]
    if isinstance(layer, Attention):
        width = shape[-1] if layer.width is None else layer.width
        narrow = width if layer.shared is None else width * layer.shared // layer.heads
        return Kept(inputs=True, values=length * (2 * width + 2 * narrow) + layer.heads * length * length)
    states = GATES[layer.kind] + (layer.kind == "lstm")
    copies = layer.layers * (2 if layer.bidirectional else 1)
    return Kept(inputs=True, output=True, values=copies * states * length * layer.units)
