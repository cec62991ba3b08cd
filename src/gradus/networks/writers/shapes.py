"""Pieces of a drawing: boxes, rows of boxes, and branches side by side, each knowing its own size.

Every piece has an *axis*, the x at which the line of computation enters at its top and leaves at its bottom. Lengths
are in pixels.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

CHARACTER, HEIGHT, GAP, MARGIN = 6.8, 28.0, 34.0, 14.0
COLOURS = {
    "conv": "#dbe9ff", "transposed": "#dbe9ff", "dense": "#e3f4dc", "pool": "#fde9d0", "globalpool": "#fde9d0",
    "adaptivepool": "#fde9d0", "norm": "#f2e6fa", "attention": "#ffdfe5", "recurrent": "#ffdfe5",
    "embedding": "#e3f4dc",
}  # fmt: skip


def text_width(text: str) -> float:
    """Return the width that a text of twelve pixels takes, a little generously."""
    return CHARACTER * len(text)


def line(x1: float, y1: float, x2: float, y2: float, arrow: bool = False) -> str:
    """Return a line, with an arrow at its end or without."""
    end = ' marker-end="url(#arrow)"' if arrow else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="edge"{end}/>'


def label(x: float, y: float, text: str, kind: str = "shape", anchor: str = "start") -> str:
    """Return a text at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'


class Piece(ABC):
    """Part of a drawing; `axis` is measured from its left edge."""

    width: float
    height: float
    axis: float
    pointed = False
    """Whether the line that enters ends in an arrow: at a box, not where lines part."""

    @abstractmethod
    def draw(self, x: float, y: float) -> Iterator[str]:
        """Yield SVG elements, the piece's upper left corner being at (x, y)."""


class Box(Piece):
    """One layer: its words in a rounded box, and on hovering its derivation."""

    pointed = True

    def __init__(self, text: str, kind: str, hint: str) -> None:
        self.text, self.kind, self.hint = text, kind, hint
        self.width, self.height = text_width(text) + 2 * MARGIN, HEIGHT
        self.axis = self.width / 2

    def draw(self, x: float, y: float) -> Iterator[str]:
        """Yield the box and its words."""
        colour = COLOURS.get(self.kind, "#f1f1ef")
        title = f"<title>{escape(self.hint)}</title>" if self.hint else ""
        size = f'width="{self.width:.1f}" height="{self.height:.1f}"'
        yield f'<g>{title}<rect x="{x:.1f}" y="{y:.1f}" {size} rx="5" fill="{colour}" class="box"/>'
        yield label(x + self.axis, y + 18.5, self.text, "layer", "middle") + "</g>"


class Line(Piece):
    """The input itself, passed by: the skip of a residual block."""

    width, height, axis = 2 * MARGIN, 0.0, MARGIN

    def draw(self, x: float, y: float) -> Iterator[str]:
        """Yield nothing; the lines around meet."""
        yield from ()


@dataclass
class Column(Piece):
    """Pieces one below another, joined by arrows that carry shapes; `shapes[i]` leaves piece i."""

    pieces: list[Piece]
    shapes: list[str]

    def __post_init__(self) -> None:
        self.axis = max(piece.axis for piece in self.pieces)
        carried = [text_width(shape) + 10 for shape in self.shapes[:-1]] or [0.0]
        self.width = self.axis + max(*(piece.width - piece.axis for piece in self.pieces), *carried)
        self.height = sum(piece.height for piece in self.pieces) + GAP * (len(self.pieces) - 1)
        self.pointed = self.pieces[0].pointed

    def draw(self, x: float, y: float) -> Iterator[str]:
        """Yield the pieces and the arrows between them."""
        centre = x + self.axis
        for i, piece in enumerate(self.pieces):
            yield from piece.draw(centre - piece.axis, y)
            y += piece.height
            if i < len(self.pieces) - 1:
                pointed = self.pieces[i + 1].pointed
                yield line(centre, y, centre, y + GAP, arrow=pointed)
                yield label(centre + 7, y + GAP / 2 + 4, self.shapes[i])
                y += GAP


@dataclass
class Frame(Piece):
    """A frame with a caption around a part that is repeated or has a name."""

    inner: Piece
    caption: str

    def __post_init__(self) -> None:
        self.axis = self.inner.axis + MARGIN
        self.width = max(self.inner.width + 2 * MARGIN, self.axis + text_width(self.caption) + 12)
        self.height = self.inner.height + 2 * (MARGIN + 6)

    def draw(self, x: float, y: float) -> Iterator[str]:
        """Yield the frame, its caption, and what is in it."""
        size = f'width="{self.width:.1f}" height="{self.height:.1f}"'
        centre = x + self.axis
        yield f'<rect x="{x:.1f}" y="{y:.1f}" {size} rx="8" class="frame"/>'
        yield label(x + self.width - 8, y + 14, self.caption, "caption", "end")
        yield line(centre, y, centre, y + MARGIN + 6, arrow=self.inner.pointed)
        yield from self.inner.draw(x + MARGIN, y + MARGIN + 6)
        yield line(centre, y + self.height - MARGIN - 6, centre, y + self.height)


@dataclass
class Fork(Piece):
    """Branches side by side that read one tensor and meet in a box; `shapes[i]` leaves branch i."""

    branches: list[Piece]
    shapes: list[str]
    merge: Box

    def __post_init__(self) -> None:
        self.slots: list[float] = []
        at = 0.0
        for branch, shape in zip(self.branches, self.shapes, strict=True):
            self.slots.append(at)
            at += max(branch.width, branch.axis + text_width(shape) + 12) + MARGIN
        self.width = max(at - MARGIN, self.merge.width)
        axes = [slot + branch.axis for slot, branch in zip(self.slots, self.branches, strict=True)]
        self.axis = max((axes[0] + axes[-1]) / 2, self.merge.axis)
        self.inner = max(branch.height for branch in self.branches)
        self.height = 16 + GAP / 2 + self.inner + GAP + 12 + self.merge.height

    def draw(self, x: float, y: float) -> Iterator[str]:
        """Yield the branches, the lines into and out of them, and the box where they meet."""
        centre, top = x + self.axis, y + 10
        floor = y + 16 + GAP / 2 + self.inner
        join = floor + 24
        yield line(centre, y, centre, top)
        for slot, branch, shape in zip(self.slots, self.branches, self.shapes, strict=True):
            at = x + slot + branch.axis
            start = top + 6 + GAP / 2
            yield line(centre, top, at, top)
            yield line(at, top, at, start, arrow=branch.pointed)
            yield from branch.draw(x + slot, start)
            yield line(at, start + branch.height, at, join)
            yield label(at + 7, floor + 16, shape)
            yield line(at, join, centre, join)
        yield line(centre, join, centre, floor + GAP + 12, arrow=True)
        yield from self.merge.draw(centre - self.merge.axis, floor + GAP + 12)
