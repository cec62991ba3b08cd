"""Convolution along one, two or three axes, and its transpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gradus.errors import Fault
from gradus.networks import rules
from gradus.networks.checks import Shape, spread, truth, whole, wholes
from gradus.networks.compiled import Pattern
from gradus.networks.formula import NOTHING, Working, Workings
from gradus.networks.layer import Layer
from gradus.networks.reach import Reach, window_reach
from gradus.networks.tree import Quantity
from gradus.networks.windows import SAME, Padding, check_padding, window_counts, window_workings

DEPTHWISE = "depthwise"
SAME_BIASED, SAME_UNBIASED = (Pattern(kernel=1, filters=1, stride=1) for _ in range(2))
DEEP_BIASED, DEEP_UNBIASED = (Pattern(kernel=1, stride=1, padding=0) for _ in range(2))
BIASED, UNBIASED = (Pattern(kernel=1, filters=1, stride=1, padding=0) for _ in range(2))


@dataclass(frozen=True)
class Conv(Layer):
    """A convolution (cross-correlation, as everywhere in the field).

    Args:
        kernel: pixels along every axis, or a tuple with one number for each.
        filters: channels of the output; `None` for as many as the input has, as in a depthwise convolution.
        stride: pixels between neighbouring windows, one number or one for each axis.
        padding: pixels on each side; a tuple for each axis, of numbers or (before, after) pairs; `same`; `valid`.
        bias: whether each filter has a bias.
        dilation: pixels between neighbouring taps.
        groups: into how many groups the channels are divided; `depthwise` for one group a channel.

    >>> Conv(kernel=3, filters=64).output((128, 128, 3))
    (126, 126, 64)
    """

    kernel: Quantity
    filters: Quantity = None
    stride: Quantity = 1
    padding: Padding = 0
    bias: bool = True
    dilation: Quantity = 1
    groups: Quantity = 1
    word: ClassVar[str] = "conv"

    def __post_init__(self) -> None:
        if (
            type(self.kernel) is type(self.filters) is type(self.stride) is type(self.padding) is int
            and type(self.dilation) is type(self.groups) is int
            and self.dilation == self.groups == 1
            and min(self.kernel, self.filters, self.stride) > 0 <= self.padding
            and type(self.bias) is bool
        ):
            self.__dict__["pattern"] = BIASED if self.bias else UNBIASED
            return  # by far the most frequent case; nothing of it could be refused
        wholes(self.word, "kernel", self.kernel)
        if self.filters is None and self.groups != DEPTHWISE:
            raise Fault(self.word, "filters", None, "is missing", "say how many, or make the convolution depthwise")
        if self.filters is not None:
            whole(self.word, "filters", self.filters)
        wholes(self.word, "stride", self.stride)
        wholes(self.word, "dilation", self.dilation)
        check_padding(self.word, self.padding)
        truth(self.word, "bias", self.bias)
        if self.groups != DEPTHWISE:
            whole(self.word, "groups", self.groups)
        self._find_pattern()

    def _find_pattern(self) -> None:
        """Note the pattern of the two other frequent cases: `same`, and depthwise with one filter a channel."""
        if not type(self.kernel) is type(self.stride) is type(self.dilation) is int or self.dilation != 1:
            return
        if self.padding == SAME and type(self.filters) is type(self.groups) is int and self.groups == 1:
            self.__dict__["pattern"] = SAME_BIASED if self.bias else SAME_UNBIASED
        if self.groups == DEPTHWISE and self.filters is None and type(self.padding) is int:
            self.__dict__["pattern"] = DEEP_BIASED if self.bias else DEEP_UNBIASED

    def output(self, shape: Shape) -> Shape:
        """Return the output shape H × W × filters."""
        filters = self.channels(shape)
        return (*window_counts(self.word, self.kernel, self._axes(shape)), filters)

    def channels(self, shape: Shape) -> Quantity:
        """Return the number of filters, after checking that groups divide the channels."""
        depth, groups = shape[-1], self.groups
        if groups == 1:
            return self.filters
        if groups == DEPTHWISE:
            groups = depth
        filters = depth if self.filters is None else self.filters
        for name, channels in (("depth of the input", depth), ("number of filters", filters)):
            if type(channels) is int and type(groups) is int and channels % groups:
                rule = f"must divide the {name}, which is {channels}"
                raise Fault(self.word, "groups", groups, rule, "choose a common divisor of depth and filters")
        return filters

    def sizes(self, shape: Shape) -> Workings:
        """Return the working of each spatial size."""
        return Workings(self._axes(shape))

    def _axes(self, shape: Shape) -> tuple[Working, ...]:
        return window_workings(self.word, shape, self.kernel, self.stride, self.padding, self.dilation)

    def taps(self, rank: int) -> tuple[Quantity, ...]:
        """Return the kernel's size along each axis."""
        return spread(self.word, "kernel", self.kernel, rank)

    def parameters(self, shape: Shape) -> Working:
        """Return `(kernel·kernel·depth/groups + 1)·filters`."""
        groups, depth, filters = self._grouping(shape)
        taps = self.taps(len(shape) - 1)
        return Working(rules.CONV_PARAMETERS, (depth, filters, groups, self.bias, *taps))

    def multiply_adds(self, shape: Shape, output: Shape) -> Working:
        """Return one multiply-add for each tap, each output pixel and each filter; the bias is an addition only."""
        groups, depth, filters = self._grouping(shape)
        taps = self.taps(len(shape) - 1)
        return Working(rules.CONV_MULTIPLY_ADDS, (depth, filters, groups, *taps, *output[:-1]))

    def _grouping(self, shape: Shape) -> tuple[Quantity, Quantity, Quantity]:
        depth = shape[-1]
        filters = depth if self.filters is None else self.filters
        if self.groups == DEPTHWISE:
            return depth, depth, filters
        return (None if type(self.groups) is int and self.groups == 1 else self.groups), depth, filters

    def additions(self, shape: Shape, output: Shape) -> Working:
        """Return one addition for each value of the output, if there is a bias."""
        return Working(rules.PRODUCT, output) if self.bias else NOTHING

    def reach(self, shape: Shape) -> tuple[Reach, ...]:
        """Return the window along each axis."""
        return window_reach(self.word, shape, self.kernel, self.stride, self.padding, self.dilation)
