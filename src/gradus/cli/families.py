"""`gradus families`: what can be asked."""

from __future__ import annotations

import re
from typing import Any

import click

from gradus.cli._arguments import FAMILY

_PLAIN = re.compile(r"[\w∇(][^:#\"{}\[\],&*!|>%@`]*|-?[\d./]+")  # what YAML takes as it stands, also in a list


@click.command("families", short_help="List the families of questions, or show one.")
@click.argument("family", type=FAMILY, required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(family: str | None, as_json: bool) -> None:
    """List the families, or show the fields of FAMILY and a block to copy into an exam.

    \b
    gradus families
    gradus families conv_layer
    """
    from gradus import catalogue
    from gradus.cli._streams import show_json

    described = {name: _describe(name) for name in ([family] if family else catalogue.names())}
    if as_json:
        show_json(described)
    elif family:
        _show_one(family, described[family])
    else:
        _show_all(described)


def _describe(name: str) -> dict[str, Any]:
    """Return what an author needs to know of a family."""
    import dataclasses
    import inspect

    from gradus import catalogue
    from gradus.fields import encode
    from gradus.parameters import ALLOWED, DRAWN

    family = catalogue.family(name)
    fields = {}
    for field in dataclasses.fields(family):
        if DRAWN in field.metadata:
            drawn, allowed = field.metadata[DRAWN], field.metadata[ALLOWED]
            fields[field.name] = {"drawn": _shorten(str(drawn)), "allowed": str(allowed)}
        else:
            fields[field.name] = {"default": encode(field.default)}
    return {"summary": (inspect.getdoc(family) or "").split("\n")[0], "parts": list(family.parts), "fields": fields}


def _shorten(text: str) -> str:
    options = text.split(", ")
    return text if len(options) <= 10 else f"{', '.join(options[:4])}, …, {options[-1]} ({len(options)} values)"


def _show_all(described: dict[str, dict[str, Any]]) -> None:
    from gradus.cli._screen import escape, show_table

    rows = [[f"[bold]{name}[/]", escape(one["summary"]), ", ".join(one["parts"])] for name, one in described.items()]
    show_table(["family", "asks for", "parts"], rows)


def _show_one(name: str, one: dict[str, Any]) -> None:
    """Print summary, fields and an example block."""
    import random

    from gradus import catalogue
    from gradus.cli._screen import escape, show_table
    from gradus.fields import encode

    click.echo(f"{name}: {one['summary']}\n")
    rows = []
    for field, values in one["fields"].items():
        left_out = f"drawn: {values['drawn']}" if "drawn" in values else f"is {str(values['default']).lower()}"
        rows.append([field, escape(left_out), escape(values.get("allowed", ""))])
    show_table(["field", "left out", "must be"], rows)
    variant = catalogue.family(name).draw(random.Random(name))
    lines = [f"{field}: {_yaml(value)}" for field, value in encode(vars(variant)).items()]
    click.echo("\n".join(["An example:", "", f"```{name}", "id: 1.i", "points: 2", *lines, "```"]))


def _yaml(value: Any) -> str:
    """Return a value as it is written in a block."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_yaml(inner)}' for name, inner in value.items())}}}"
    text = str(value)
    return text if _PLAIN.fullmatch(text) else f'"{text}"'
