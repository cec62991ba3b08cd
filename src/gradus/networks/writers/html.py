"""A described network as a page: the drawing beside the table, each number above its derivation."""

from __future__ import annotations

from html import escape

from gradus.networks.checks import dotted
from gradus.networks.layer import Layer
from gradus.networks.network import Network
from gradus.networks.table import Row, Table
from gradus.networks.text import write_item, write_text
from gradus.networks.writers.svg import draw_svg

STYLE = """
  body { font: 15px/1.45 system-ui, sans-serif; color: #1d1d1b; margin: 2rem; max-width: 92rem }
  h1 { font-size: 1.2rem } code { overflow-wrap: anywhere; color: #55534e }
  main { display: grid; grid-template-columns: fit-content(32rem) minmax(0, 1fr); gap: 2rem; align-items: start }
  @media (max-width: 60rem) { main { grid-template-columns: 1fr } }
  table { border-collapse: collapse } th { text-align: left; font-weight: 600; border-bottom: 2px solid #6b6a66 }
  th, td { padding: .3rem .8rem .3rem 0; vertical-align: top } td { border-bottom: 1px solid #e4e2dc }
  .n { text-align: right; font-variant-numeric: tabular-nums } small { display: block; color: #6b6a66 }
  tfoot td { border: 0; font-weight: 600 } svg { max-width: 100%; height: auto }
"""


def html_page(network: Network, table: Table) -> str:
    """Return a page that needs nothing besides itself: no script, no font, no network.

    >>> from gradus.networks import Conv
    >>> net = Network(Conv(3, 64))
    >>> "(3·3·3 + 1)·64 = 1792" in html_page(net, net.describe((128, 128, 3)))
    True
    """
    title = escape(write_text(network))
    shapes = f"{dotted(table.input)} → {dotted(table.output)}"
    head = "".join(f"<th{kind}>{name}</th>" for name, kind in HEADS)
    body = "\n".join(_row(row) for row in table.rows)
    total = "".join(f'<td class="n">{_count(getattr(table, name))}</td>' for name in ("parameters", "multiply_adds"))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head>\n<body><h1>{shapes}</h1>\n<p><code>{title}</code></p>\n<main>\n"
        f"{draw_svg(network, table)}\n"
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n"
        f'<tfoot><tr><td colspan="3">total</td>{total}</tr>{_buffers(table)}</tfoot></table>\n'
        "</main></body></html>\n"
    )


def _buffers(table: Table) -> str:
    if type(table.buffers) is int and not table.buffers:
        return ""
    return f'<tr><td colspan="3">buffers</td><td class="n">{_count(table.buffers)}</td><td></td></tr>'


HEADS = (
    ("place", ""), ("layer", ""), ("output", ""), ("parameters", ' class="n"'), ("multiply-adds", ' class="n"'),
)  # fmt: skip


def _row(row: Row) -> str:
    name = write_item(row.layer) if isinstance(row.layer, Layer) else row.layer.word
    cells = [f"<td>{escape(row.place)}</td>", f"<td>{escape(name)}</td>"]
    cells.append(f"<td>{escape(dotted(row.output))}{_small(row.output_working.text)}</td>")
    for count in ("parameters", "multiply_adds"):
        working = getattr(row, f"{count}_working")
        derived = _small(working.text) if "=" in working.text else ""
        cells.append(f'<td class="n">{_count(working.value)}{derived}</td>')
    return f"<tr>{''.join(cells)}</tr>"


def _small(text: str) -> str:
    return f"<small>{escape(text)}</small>" if text else ""


def _count(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else escape(str(value))
