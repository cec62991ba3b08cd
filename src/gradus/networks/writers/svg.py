"""A network as a drawing: layers in boxes, shapes on the arrows between them, branches side by side."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradus.networks.branching import Branching
from gradus.networks.checks import Shape, dotted
from gradus.networks.composition import From, Item, Named, Repeat, Reuse
from gradus.networks.layer import Layer
from gradus.networks.network import Network
from gradus.networks.table import Row, Table
from gradus.networks.text import write_item
from gradus.networks.writers.shapes import Box, Column, Fork, Frame, Line, Piece

STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #1d1d1b }
  .shape { font-size: 11px; fill: #55534e }
  .caption { font-size: 11px; font-weight: 600; fill: #7a5a00 }
  .box { stroke: #6b6a66; stroke-width: 1 }
  .frame { fill: none; stroke: #b08a2e; stroke-width: 1.2; stroke-dasharray: 5 3 }
  .edge { stroke: #6b6a66; stroke-width: 1.2; fill: none }
"""
MARKER = (
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0L8 4L0 8z" fill="#6b6a66"/></marker></defs>'
)


def draw_svg(network: Network, table: Table) -> str:
    """Return an SVG document; a repeated part is drawn once, in a frame that says how often.

    >>> from gradus.networks import Conv
    >>> net = Network(Conv(3, 64))
    >>> "126 × 126 × 64" in draw_svg(net, net.describe((128, 128, 3)))
    True
    """
    cursor = _Cursor(table.rows)
    pieces, shapes, _ = cursor.row(network.layers, table.input)
    start, end = Box("input", "input", ""), Box("output", "output", "")
    whole = Column([start, *pieces, end], [dotted(table.input), *shapes, ""])
    width, height = whole.width + 48, whole.height + 32
    body = "\n".join(whole.draw(20, 16))
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="drawing of the network">'
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return f"{head}\n<style>{STYLE}</style>\n{MARKER}\n{ground}\n{body}\n</svg>\n"


@dataclass
class _Cursor:
    """The rows of the table, used up in the order in which layers lower themselves to steps."""

    rows: tuple[Row, ...]
    at: int = 0
    shapes: dict[str, Shape] = field(default_factory=dict)
    named: dict[str, Named] = field(default_factory=dict)

    def next(self) -> Row:
        self.at += 1
        return self.rows[self.at - 1]

    def row(self, items: tuple[Item, ...], shape: Shape) -> tuple[list[Piece], list[str], Shape]:
        pieces: list[Piece] = []
        shapes: list[str] = []
        for item in items:
            piece, shape = self.piece(item, shape)
            pieces.append(piece)
            shapes.append(dotted(shape))
        return pieces, shapes, shape

    def column(self, items: tuple[Item, ...], shape: Shape) -> tuple[Piece, Shape]:
        pieces, shapes, shape = self.row(items, shape)
        return (Column(pieces, shapes) if pieces else Line()), shape

    def piece(self, item: Item, shape: Shape) -> tuple[Piece, Shape]:
        if isinstance(item, Layer):
            row = self.next()
            return Box(write_item(item), item.word, "\n".join(row.lines())), row.output
        if isinstance(item, Branching):
            return self.fork(item, shape)
        if isinstance(item, Repeat):
            return self.repeat(item, shape)
        if isinstance(item, From):
            return Box(f"@{item.name}", "from", f"output of {item.name}"), self.shapes[item.name]
        if isinstance(item, Reuse):
            inner, shape = self.column(self.named[item.name].layers, shape)
            return Frame(inner, f"{item.name}, again"), shape
        layers = item.layers if isinstance(item, Network | Named) else ()
        inner, shape = self.column(layers, shape)
        if not isinstance(item, Named):
            return inner, shape
        self.shapes[item.name], self.named[item.name] = shape, item
        return Frame(inner, item.name), shape

    def fork(self, item: Branching, shape: Shape) -> tuple[Piece, Shape]:
        ends = [self.column(branch, shape) for branch in item.branches]
        row = self.next()
        merge = Box({"add": "+", "multiply": "×"}.get(item.word, item.word), "merge", "\n".join(row.lines()))
        return Fork([piece for piece, _ in ends], [dotted(end) for _, end in ends], merge), row.output

    def repeat(self, item: Repeat, shape: Shape) -> tuple[Piece, Shape]:
        inner, shape = self.column(item.layers, shape)
        for _ in range(item.times - 1):
            _, shape = self.column(item.layers, shape)
        return Frame(inner, f"× {item.times}{', shared' if item.shared else ''}"), shape
