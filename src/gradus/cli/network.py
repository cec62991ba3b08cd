"""`gradus network`: what a network needs, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gradus.networks.table import Table

OPTIMISERS = ["sgd", "momentum", "rmsprop", "adagrad", "adam", "adamw"]


@click.command(
    "network",
    context_settings={"max_content_width": 100},
    short_help="Shapes, counts and memory of a network, each with its derivation.",
)
@click.argument("text")
@click.option(
    "--input", "-i", "shape", required=True, metavar="HxWxC", help="Input shape without the batch; letters are symbols."
)
@click.option("--brief", is_flag=True, help="Leave the derivations out of the table.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--latex", "as_latex", is_flag=True, help="Print a LaTeX table with the derivations.")
@click.option("--working", "as_working", is_flag=True, help="Print the derivations as plain text.")
@click.option("--svg", type=click.Path(dir_okay=False), metavar="FILE", help="Draw the network, shapes on its arrows.")
@click.option("--html", type=click.Path(dir_okay=False), metavar="FILE", help="Write a page with drawing and table.")
@click.option("--batch", type=click.IntRange(min=1), help="Show the memory of training with this batch.")
@click.option("--memory", metavar="SIZE", help="Show the largest batch whose training fits, as in 16GiB.")
@click.option("--optimiser", type=click.Choice(OPTIMISERS), default="adam", show_default=True)
def command(
    text: str,
    shape: str,
    brief: bool,
    as_json: bool,
    as_latex: bool,
    as_working: bool,
    svg: str | None,
    html: str | None,
    batch: int | None,
    memory: str | None,
    optimiser: str,
) -> None:
    """Describe the network TEXT: shape, parameters and multiply-adds of each layer, and how they come about.

    Layers follow one another by `>`. `3 x (…)` repeats, `add(… | skip)` and `concat(… | …)` join branches, `stem: (…)`
    names a part and `@stem` reads it again. TEXT may also be @FILE, a file that holds such a text, YAML, or ONNX.

    \b
    gradus network 'conv 3x3x64 s1 p0 > maxpool 2 > relu > flatten > dense 10' --input 128x128x3
    gradus network '2 x (add(conv 3x3x64 same > bn > relu | skip))' -i 56x56x64 --svg block.svg
    gradus network 'conv 3x3xn s2 p1 > gap > dense 10' --input HxWx3 --working
    gradus network 'embedding 30522x768 > 12 x (add(attention 12 | skip) > ln)' -i 128 --batch 32
    """  # click needs the backspace itself
    from pathlib import Path

    from gradus.cli._streams import show_json
    from gradus.export.files import write_text
    from gradus.networks.readers import read_network
    from gradus.networks.reading import read_shape
    from gradus.networks.writers.html import html_page
    from gradus.networks.writers.json import plain_table
    from gradus.networks.writers.latex import latex_table
    from gradus.networks.writers.svg import draw_svg

    network = read_network(text)
    table = network.describe(read_shape(shape))
    for name, write in ((svg, draw_svg), (html, html_page)):
        if name is not None:
            write_text(Path(name), write(network, table))
    if as_json:
        show_json(plain_table(network, table) | _memory(table, batch, memory, optimiser))
    elif as_latex:
        click.echo(latex_table(table))
    elif as_working:
        click.echo(table.working())
    else:
        _show(table, brief)
    if not as_json:
        _show_memory(table, batch, memory, optimiser)


def _memory(table: Table, batch: int | None, memory: str | None, optimiser: str) -> dict[str, Any]:
    from gradus.networks.memory import largest_batch, training_memory
    from gradus.networks.units import read_bytes
    from gradus.networks.writers.json import plain_memory

    found: dict[str, Any] = {}
    if batch is not None:
        found["training_memory"] = plain_memory(training_memory(table, batch, optimiser))
    if memory is not None:
        found["largest_batch"] = largest_batch(table, read_bytes(memory), optimiser)
    return found


def _show(table: Table, brief: bool) -> None:
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    from gradus.networks.checks import dotted
    from gradus.networks.writers.terminal import HEADS, WIDE, count, terminal_rows

    console = Console()
    beside = console.width >= WIDE and not brief
    heads = HEADS if beside else HEADS[:-1]
    grid = Grid(title=f"input {dotted(table.input)} → output {dotted(table.output)}", title_justify="left")
    for head in heads:
        grid.add_column(head, justify="right" if head in HEADS[3:6] else "left", overflow="fold")
    for cells in terminal_rows(table):
        grid.add_row(*(Text(cell, "dim" if head == "how" else "") for head, cell in zip(heads, cells, strict=False)))
    grid.add_section()
    totals = (count(table.parameters), count(table.multiply_adds))
    grid.add_row("total", "", "", *(Text(total, "bold") for total in totals))
    console.print(grid)
    if table.buffers:
        click.echo(f"buffers: {count(table.buffers)}")
    if not beside and not brief:
        click.echo(table.working())


def _show_memory(table: Table, batch: int | None, memory: str | None, optimiser: str) -> None:
    from gradus.networks.memory import largest_batch, training_memory
    from gradus.networks.units import read_bytes

    if batch is not None:
        click.echo(f"training with batch {batch} and {optimiser}")
        click.echo(training_memory(table, batch, optimiser).working())
    if memory is not None:
        most = largest_batch(table, read_bytes(memory), optimiser)
        click.echo(f"largest batch in {memory} with {optimiser}: {most}")
