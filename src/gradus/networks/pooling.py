"""Pooling: by windows, over the whole image, and to a wanted size."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import ClassVar

from gradus.networks.checks import Shape, among, spatial, spread, truth, wholes
from gradus.networks.compiled import Pattern
from gradus.networks.formula import Working, Workings
from gradus.networks.layer import Layer
from gradus.networks.reach import Reach, fitted_reach, require_numbers, window_reach
from gradus.networks.tree import Quantity
from gradus.networks.windows import Padding, check_padding, window_counts, window_workings

KINDS = ("max", "average")
SIDE_BY_SIDE, STRIDED = Pattern(kernel=1, padding=0), Pattern(kernel=1, stride=1, padding=0)
OVER_ALL = {choice: Pattern() for choice in itertools.product(KINDS, (False, True))}


@dataclass(frozen=True)
class Pool(Layer):
    """Pooling by sliding windows.

    Args:
        kind: `max` or `average`.
        kernel: pixels along every axis, or a tuple with one number for each.
        stride: pixels between neighbouring windows; the kernel's size if not given.
        padding: as for `Conv`.
        ceil: count a last window that overhangs the end.
        dilation: pixels between neighbouring taps.

    >>> Pool("max", 2).output((126, 126, 64))
    (63, 63, 64)
    """

    kind: str = "max"
    kernel: Quantity = 2
    stride: Quantity = None
    padding: Padding = 0
    ceil: bool = False
    dilation: Quantity = 1
    word: ClassVar[str] = "pool"

    def __post_init__(self) -> None:
        if (
            type(self.kernel) is type(self.padding) is type(self.dilation) is int
            and (self.stride is None or (type(self.stride) is int and self.stride > 0))
            and self.kernel > 0 <= self.padding
            and self.dilation == 1
            and self.ceil is False
            and self.kind in KINDS
        ):
            self.__dict__["pattern"] = SIDE_BY_SIDE if self.stride is None else STRIDED
            return  # by far the most frequent case; nothing of it could be refused
        among(self.word, "kind", self.kind, KINDS)
        wholes(self.word, "kernel", self.kernel)
        if self.stride is not None:
            wholes(self.word, "stride", self.stride)
        wholes(self.word, "dilation", self.dilation)
        check_padding(self.word, self.padding)
        truth(self.word, "ceil", self.ceil)

    def output(self, shape: Shape) -> Shape:
        """Return the output shape; the depth stays."""
        return (*window_counts(self.word, self.kernel, self._axes(shape)), shape[-1])

    def sizes(self, shape: Shape) -> Workings:
        """Return the working of each spatial size."""
        return Workings(self._axes(shape))

    def _axes(self, shape: Shape) -> tuple[Working, ...]:
        stride = self.kernel if self.stride is None else self.stride
        return window_workings(self.word, shape, self.kernel, stride, self.padding, self.dilation, self.ceil)

    def reach(self, shape: Shape) -> tuple[Reach, ...]:
        """Return the window along each axis."""
        stride = self.kernel if self.stride is None else self.stride
        return window_reach(self.word, shape, self.kernel, stride, self.padding, self.dilation)


@dataclass(frozen=True)
class GlobalPool(Layer):
    """Pooling over all positions at once, leaving one value for each channel.

    Args:
        kind: `max` or `average`.
        keep: keep the axes at size 1, so that H × W × C becomes 1 × 1 × C instead of C.

    >>> GlobalPool().output((7, 7, 2048))
    (2048,)
    """

    kind: str = "average"
    keep: bool = False
    word: ClassVar[str] = "globalpool"

    def __post_init__(self) -> None:
        among(self.word, "kind", self.kind, KINDS)
        truth(self.word, "keep", self.keep)
        self.__dict__["pattern"] = OVER_ALL[self.kind, self.keep]

    def output(self, shape: Shape) -> Shape:
        """Return the depth alone, or after axes of size 1."""
        rank = spatial(self.word, shape)
        return (*(1,) * rank, shape[-1]) if self.keep else shape[-1:]

    def reach(self, shape: Shape) -> tuple[Reach, ...] | None:
        """Return nothing: every value of the output may depend on the whole input."""
        return None


@dataclass(frozen=True)
class AdaptivePool(Layer):
    """Pooling to a wanted size: output pixel i covers the input from ⌊i·n/size⌋ up to ⌈(i + 1)·n/size⌉.

    >>> AdaptivePool("average", 6).output((13, 13, 256))
    (6, 6, 256)
    """

    kind: str = "average"
    size: Quantity = 1
    word: ClassVar[str] = "adaptivepool"

    def __post_init__(self) -> None:
        among(self.word, "kind", self.kind, KINDS)
        wholes(self.word, "size", self.size)

    def output(self, shape: Shape) -> Shape:
        """Return the wanted size; the depth stays."""
        rank = spatial(self.word, shape)
        return (*spread(self.word, "size", self.size, rank), shape[-1])

    def reach(self, shape: Shape) -> tuple[Reach, ...]:
        """Return the window of each output pixel; they need not be equally wide."""
        wanted = self.output(shape)
        require_numbers(self.word, *shape[:-1], *wanted[:-1])
        return tuple(fitted_reach(size, want) for size, want in zip(shape[:-1], wanted[:-1], strict=True))
