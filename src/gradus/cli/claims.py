"""`gradus claims`: the list of claims."""

from __future__ import annotations

import click


@click.command("claims", short_help="List the claims that can be decided, with their assumptions.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """List every claim: its name, what it says under its usual reading, and which assumptions it may be read under.

    \b
    gradus claims
    gradus claim softmax_scaling
    """
    from gradus import claims
    from gradus.claim import assumptions
    from gradus.cli._screen import escape, show_table
    from gradus.cli._streams import show_json
    from gradus.render.plain import to_plain

    found = {name: claims.find(name) for name in claims.names()}
    if as_json:
        show_json(
            [
                {
                    "claim": name,
                    "subject": kind.subject,
                    "statement": kind().statement(),
                    "assumptions": assumptions(kind),
                }
                for name, kind in found.items()
            ]
        )
        return
    rows = []
    for name, kind in found.items():
        options = "\n".join(f"{key}: {', '.join(map(str, values))}" for key, values in assumptions(kind).items())
        rows.append([name, escape(to_plain(kind().statement())), escape(options)])
    show_table(["claim", "says", "assumptions, the usual value first"], rows)
