"""The transposed convolution, which enlarges its input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gradus.errors import Fault
from gradus.networks import rules
from gradus.networks.checks import Shape, spatial, spread, truth, whole, wholes
from gradus.networks.formula import NOTHING, Working, Workings
from gradus.networks.layer import Layer
from gradus.networks.reach import Reach, require_numbers, spread_reach
from gradus.networks.tree import Quantity
from gradus.networks.windows import SAME, Padding, check_padding, sides


@dataclass(frozen=True)
class TransposedConv(Layer):
    """A transposed convolution: every input pixel paints a kernel onto the output.

    Args:
        kernel: pixels along every axis, or a tuple with one number for each.
        filters: channels of the output.
        stride: output pixels between neighbouring input pixels.
        padding: output pixels cut from each side; `same` for an output of size·stride.
        extra: output padding, pixels added at the end of each axis; must be less than stride or dilation.
        bias: whether each filter has a bias.
        dilation: pixels between neighbouring taps.
        groups: into how many groups the channels are divided.

    U-Net's up-convolution (Ronneberger et al. 2015, section 2):

    >>> TransposedConv(kernel=2, filters=512, stride=2).output((28, 28, 1024))
    (56, 56, 512)
    """

    kernel: Quantity
    filters: Quantity
    stride: Quantity = 1
    padding: Padding = 0
    extra: Quantity = 0
    bias: bool = True
    dilation: Quantity = 1
    groups: Quantity = 1
    word: ClassVar[str] = "transposed"

    def __post_init__(self) -> None:
        for field in ("kernel", "stride", "dilation"):
            wholes(self.word, field, getattr(self, field))
        whole(self.word, "filters", self.filters)
        whole(self.word, "groups", self.groups)
        wholes(self.word, "extra", self.extra, 0)
        check_padding(self.word, self.padding)
        truth(self.word, "bias", self.bias)

    def output(self, shape: Shape) -> Shape:
        """Return the output shape, enlarged along each axis."""
        self._require_groups(shape[-1])
        found = tuple(working.value for working in self._axes(shape))
        for size, result in zip(shape, found, strict=False):
            if type(result) is int and result < 1:
                rule = f"cuts the whole output away: input size {size} would become {result}"
                raise Fault(self.word, "padding", self.padding, rule, "use less padding")
        return (*found, self.filters)

    def _require_groups(self, depth: Quantity) -> None:
        for name, channels in (("depth of the input", depth), ("number of filters", self.filters)):
            if type(channels) is int and type(self.groups) is int and channels % self.groups:
                rule = f"must divide the {name}, which is {channels}"
                raise Fault(self.word, "groups", self.groups, rule, "choose a common divisor of depth and filters")

    def sizes(self, shape: Shape) -> Workings:
        """Return the working of each spatial size."""
        return Workings(self._axes(shape))

    def _axes(self, shape: Shape) -> tuple[Working, ...]:
        rank = spatial(self.word, shape)
        kernel, stride, dilation, extra = (
            spread(self.word, field, getattr(self, field), rank) for field in ("kernel", "stride", "dilation", "extra")
        )
        if self.padding == SAME:
            return tuple(Working(rules.PRODUCT, pair) for pair in zip(shape, stride, strict=False))
        found = []
        for i, (before, after) in enumerate(sides(self.padding, rank, self.word)):
            self._require_extra(extra[i], stride[i], dilation[i])
            gap = None if dilation[i] == 1 else dilation[i]
            more = None if extra[i] == 0 else extra[i]
            found.append(Working(rules.TRANSPOSED_SIZE, (shape[i], kernel[i], stride[i], before, after, gap, more)))
        return tuple(found)

    def _require_extra(self, extra: Quantity, stride: Quantity, dilation: Quantity) -> None:
        known = type(extra) is int and type(stride) is int and type(dilation) is int
        if known and extra and extra >= max(stride, dilation):
            rule = f"must be less than stride {stride} or dilation {dilation}"
            raise Fault(self.word, "extra", extra, rule, "use a smaller output padding")

    def parameters(self, shape: Shape) -> Working:
        """Return the same count as the convolution that it transposes, with a bias for each of its filters."""
        taps = spread(self.word, "kernel", self.kernel, len(shape) - 1)
        groups = None if self.groups == 1 else self.groups
        return Working(rules.CONV_PARAMETERS, (shape[-1], self.filters, groups, self.bias, *taps))

    def multiply_adds(self, shape: Shape, output: Shape) -> Working:
        """Return one multiply-add for each tap, each *input* pixel and each filter; what padding cuts is counted."""
        taps = spread(self.word, "kernel", self.kernel, len(shape) - 1)
        groups = None if self.groups == 1 else self.groups
        return Working(rules.CONV_MULTIPLY_ADDS, (shape[-1], self.filters, groups, *taps, *shape[:-1]))

    def additions(self, shape: Shape, output: Shape) -> Working:
        """Return one addition for each value of the output, if there is a bias."""
        return Working(rules.PRODUCT, output) if self.bias else NOTHING

    def reach(self, shape: Shape) -> tuple[Reach, ...]:
        """Return which input pixels paint each output pixel."""
        rank = len(shape) - 1
        kernel, stride, gap = (spread(self.word, f, getattr(self, f), rank) for f in ("kernel", "stride", "dilation"))
        require_numbers(self.word, *kernel, *stride, *gap)
        if self.padding == SAME:
            cuts = [max(taps - step, 0) // 2 for taps, step in zip(kernel, stride, strict=True)]
        else:
            cuts = [before for before, _ in sides(self.padding, rank, self.word)]
        spans = [step * (taps - 1) + 1 for taps, step in zip(kernel, gap, strict=True)]
        return tuple(spread_reach(*axis) for axis in zip(spans, stride, cuts, strict=True))
