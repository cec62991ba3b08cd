"""The closed forms of the field, each written once over `+ - * //`.

The functions in small letters take plain numbers (or arrays, or symbols) and have the field's usual defaults; the
`Formula` beside each is what derivations are printed from. None of them checks its arguments: layers do.

Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285, relationships 1-15.
"""

from __future__ import annotations

from gradus.networks.formula import Formula
from gradus.networks.tree import Quantity, exact, least, product, total


def _window_count(
    size: Quantity,
    kernel: Quantity,
    stride: Quantity,
    before: Quantity,
    after: Quantity,
    dilation: Quantity,
    rounding: str,
) -> Quantity:
    padded = size + 2 * before if after is None else size + before + after
    span = kernel if dilation is None else dilation * (kernel - 1) + 1
    if rounding == "floor":
        return (padded - span) // stride + 1
    steps = -(-(padded - span) // stride)
    if rounding == "ceil":
        return steps + 1
    # A window may overhang at the end, but must start on the input or on the padding before it.
    return least(steps, (size + before - 1) // stride) + 1


def _transposed_size(
    size: Quantity,
    kernel: Quantity,
    stride: Quantity,
    before: Quantity,
    after: Quantity,
    dilation: Quantity,
    extra: Quantity,
) -> Quantity:
    span = kernel if dilation is None else dilation * (kernel - 1) + 1
    cut = 2 * before if after is None else before + after
    reached = (size - 1) * stride - cut + span
    return reached if extra is None else reached + extra


def _conv_parameters(
    depth: Quantity, filters: Quantity, groups: Quantity, bias: Quantity, *kernel: Quantity
) -> Quantity:
    fan = product((*kernel, depth if groups is None else exact(depth, groups)))
    return (fan + 1) * filters if bias else fan * filters


def _conv_multiply_adds(depth: Quantity, filters: Quantity, groups: Quantity, *extents: Quantity) -> Quantity:
    half = len(extents) // 2
    fan = product((*extents[:half], depth if groups is None else exact(depth, groups)))
    return product((fan, *extents[half:], filters))


def _dense_parameters(inputs: Quantity, units: Quantity, bias: Quantity) -> Quantity:
    return (inputs + 1) * units if bias else inputs * units


def _recurrent_parameters(
    inputs: Quantity, units: Quantity, directions: Quantity, gates: Quantity, upper: Quantity, biases: Quantity
) -> Quantity:
    copies = tuple(factor for factor in (directions, gates) if factor is not None)
    first = inputs + units if biases is None else inputs + units + biases
    lowest = product((*copies, first, units))
    if upper is None:
        return lowest
    below = units if directions is None else directions * units
    later = below + units if biases is None else below + units + biases
    return lowest + product((upper, *copies, later, units))


def _recurrent_multiply_adds(
    inputs: Quantity, units: Quantity, directions: Quantity, gates: Quantity, upper: Quantity, steps: Quantity
) -> Quantity:
    return _recurrent_parameters(inputs, units, directions, gates, upper, None) * steps


def _attention_parameters(inputs: Quantity, width: Quantity, narrow: Quantity, bias: Quantity) -> Quantity:
    read = _dense_parameters(inputs, width, bias) + 2 * _dense_parameters(inputs, narrow, bias)
    return read + _dense_parameters(width, inputs, bias)


def _attention_multiply_adds(length: Quantity, inputs: Quantity, width: Quantity, narrow: Quantity) -> Quantity:
    return 2 * length * inputs * width + 2 * length * inputs * narrow + 2 * length * length * width


WINDOW_COUNT = Formula(_window_count)
SAME_COUNT = Formula(lambda size, stride: -(-size // stride))
TRANSPOSED_SIZE = Formula(_transposed_size)
CONV_PARAMETERS = Formula(_conv_parameters)
CONV_MULTIPLY_ADDS = Formula(_conv_multiply_adds)
DENSE_PARAMETERS = Formula(_dense_parameters)
PRODUCT = Formula(lambda *factors: product(factors))
SUM = Formula(lambda *terms: total(terms))
PADDED = Formula(lambda size, before, after: size + 2 * before if after is None else size + before + after)
CROPPED = Formula(lambda size, before, after: size - 2 * before if after is None else size - before - after)
RECURRENT_PARAMETERS = Formula(_recurrent_parameters)
RECURRENT_MULTIPLY_ADDS = Formula(_recurrent_multiply_adds)
SQUARE_ATTENTION_PARAMETERS = Formula(lambda width, bias: 4 * _dense_parameters(width, width, bias))
ATTENTION_PARAMETERS = Formula(_attention_parameters)
SQUARE_ATTENTION_MULTIPLY_ADDS = Formula(lambda length, width: 4 * length * width * width + 2 * length * length * width)
ATTENTION_MULTIPLY_ADDS = Formula(_attention_multiply_adds)


def conv_size(
    size: Quantity,
    kernel: Quantity,
    stride: Quantity = 1,
    padding: Quantity = 0,
    dilation: Quantity = 1,
    ceil: bool = False,
) -> Quantity:
    """Return how many windows fit along one axis, in pixels of the output.

    Args:
        size: pixels of the input along the axis.
        kernel: pixels of the kernel along the axis.
        stride: pixels between neighbouring windows.
        padding: pixels added on *each* side.
        dilation: pixels between neighbouring taps of the kernel.
        ceil: count a last window that overhangs the end, if it starts on the input or the padding before it.

    Returns:
        `⌊(size + 2·padding − dilation·(kernel − 1) − 1)/stride⌋ + 1`.

    The stem of ResNet (He et al. 2015, Table 1), then SqueezeNet's first pool (Iandola et al. 2016, Table 1):

    >>> conv_size(224, kernel=7, stride=2, padding=3)
    112
    >>> conv_size(111, kernel=3, stride=2, ceil=True)
    55
    """
    taps = None if type(dilation) is int and dilation == 1 else dilation
    return _window_count(size, kernel, stride, padding, None, taps, rounding(kernel, stride, padding, ceil))


def rounding(kernel: Quantity, stride: Quantity, before: Quantity, ceil: bool) -> str:
    """Return which structure of the window count applies: `floor`, `ceil`, or `clipped`.

    Where the kernel is at least stride and padding together, no window can start beyond the input: nothing is clipped.
    """
    if not ceil:
        return "floor"
    known = type(kernel) is int and type(stride) is int and type(before) is int
    return "ceil" if known and kernel >= stride + before else "clipped"


def pool_size(
    size: Quantity, kernel: Quantity, stride: Quantity | None = None, padding: Quantity = 0, ceil: bool = False
) -> Quantity:
    """Return the output size of pooling along one axis; windows stand side by side unless a stride is given.

    >>> pool_size(126, kernel=2)
    63
    """
    return conv_size(size, kernel, kernel if stride is None else stride, padding, 1, ceil)


def transposed_size(
    size: Quantity,
    kernel: Quantity,
    stride: Quantity = 1,
    padding: Quantity = 0,
    dilation: Quantity = 1,
    extra: Quantity = 0,
) -> Quantity:
    """Return the output size of a transposed convolution along one axis (arXiv:1603.07285, relationship 14).

    Args:
        size: pixels of the input along the axis.
        kernel: pixels of the kernel along the axis.
        stride: pixels of the output between neighbouring pixels of the input.
        padding: pixels cut from each side of the output.
        dilation: pixels between neighbouring taps of the kernel.
        extra: output padding, pixels added at the end only.

    >>> transposed_size(28, kernel=2, stride=2)
    56
    """
    return (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 + extra


def conv_parameters(
    kernel: Quantity | tuple[Quantity, ...], depth: Quantity, filters: Quantity, bias: bool = True, groups: Quantity = 1
) -> Quantity:
    """Return the number of parameters of a convolution: `(kernel·kernel·depth/groups + 1)·filters`.

    Args:
        kernel: one whole number for a square kernel, or one for each axis.
        depth: channels of the input.
        filters: channels of the output.
        bias: whether each filter has a bias.
        groups: into how many groups the channels are divided; must divide `depth`.

    The first layer of VGG-16 (Simonyan and Zisserman 2014, Table 1) has 1792:

    >>> conv_parameters(3, depth=3, filters=64)
    1792
    """
    taps = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    return _conv_parameters(depth, filters, None if type(groups) is int and groups == 1 else groups, bias, *taps)


def dense_parameters(inputs: Quantity, units: Quantity, bias: bool = True) -> Quantity:
    """Return the number of parameters of a dense layer: `(inputs + 1)·units`.

    The last layer of VGG-16 has 4,097,000:

    >>> dense_parameters(4096, 1000)
    4097000
    """
    return _dense_parameters(inputs, units, bias)
