"""Pooling: by windows, over the whole image, and to a wanted size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gradus.networks.checks import Shape, among, truth, wholes
from gradus.networks.formula import Working, Workings
from gradus.networks.layer import Layer
from gradus.networks.tree import Quantity
from gradus.networks.windows import Padding, check_padding, window_counts, window_workings

KINDS = ("max", "average")


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
