"""`gradus claim`: decide a claim by computation and show the evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gradus.claim import Effort, Evidence
    from gradus.decisions import Decision, Ruling

EFFORTS = click.Choice(["quick", "normal", "thorough"])


@click.command("claim", short_help="Decide a claim by computation, and show the evidence.")
@click.argument("name")
@click.option(
    "--with", "given", multiple=True, metavar="ASSUMPTION=VALUE", help="Fix an assumption; those left open are swept."
)
@click.option("--effort", "level", type=EFFORTS, default="normal", show_default=True, help="How much to compute.")
@click.option("--seed", type=int, default=0, show_default=True, help="The master seed of every experiment.")
@click.option("--processes", type=click.IntRange(1), help="How many at once; as many as processors, unless told.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="The longest that a reading may take.")
@click.option("--cluster", default="", metavar="ADDRESS", help="Compute on a Dask cluster: tcp://host:8786.")
@click.option("--anew", is_flag=True, help="Decide again what was decided before.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with figures.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    name: str,
    given: tuple[str, ...],
    level: str,
    seed: int,
    processes: int | None,
    seconds: float | None,
    cluster: str,
    anew: bool,
    html: Path | None,
    as_json: bool,
) -> None:
    """Decide the claim NAME, or an author's own by FILE.py:NAME.

    The usual reading is decided first, then every reading that differs from it in one assumption left open. Each is
    decided by two routes; where they disagree it is undecided. What is decided is kept, so an interrupted run goes on.

    \b
    gradus claim softmax_scaling
    gradus claim softmax_scaling --with change=shift --effort thorough --html softmax.html

    Exit code 0 when it is decided, 1 when it depends on what is left open or is undecided.
    """
    from gradus.answers import Truth
    from gradus.claim import Effort, Level
    from gradus.claims import find
    from gradus.cli._screen import progress
    from gradus.cli._streams import show_json
    from gradus.decisions import Docket, Limits, Shelf, rule
    from gradus.decisions.ruling import readings

    kind, fixed, effort = find(name), _given(given), Effort(Level(level), seed)
    docket = Docket(Shelf(), Limits(processes, seconds), cluster, anew)
    with progress("Deciding", len(readings(kind, fixed))) as advance:
        ruling = rule(kind, fixed, effort, lambda asked, how: docket.settle(asked, how, advance))
    if html:
        from gradus.export.files import write_text
        from gradus.render.evidence import claim_page

        write_text(html, claim_page(ruling, effort))
    if as_json:
        show_json(described(ruling, effort))
    else:
        _show(ruling)
    raise SystemExit(0 if ruling.verdict is not Truth.UNDECIDED and not ruling.depends_on else 1)


def _given(texts: tuple[str, ...]) -> dict[str, str]:
    from gradus.errors import Fault

    given = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise Fault("", "with", text, "must be an assumption and its value", "write --with bias=false")
        given[name.strip()] = value
    return given


def described(ruling: Ruling, effort: Effort) -> dict[str, Any]:
    """Return a ruling for programs."""
    from gradus.claim import name_of

    rows = [("", ruling.usual), *ruling.others]
    return {
        "claim": name_of(type(ruling.usual.claim)),
        "statement": ruling.usual.claim.statement(),
        "effort": effort.level.value,
        "seed": effort.master,
        "verdict": ruling.verdict.value,
        "depends_on": ruling.depends_on,
        "readings": [{"differs_in": name or None, **_row(decision)} for name, decision in rows],
    }


def _row(decision: Decision) -> dict[str, Any]:
    return {
        "given": decision.claim.given(),
        "verdict": decision.verdict.value,
        "reason": decision.reason,
        "seconds": round(decision.seconds, 3),
        "evidence": _evidence(decision.evidence),
        "witness": _evidence(decision.witness),
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    from dataclasses import asdict

    told: dict[str, Any] = asdict(evidence) | {"verdict": evidence.verdict.value, "route": evidence.route.value}
    del told["figure"]
    return told


def _show(ruling: Ruling) -> None:
    from gradus.cli._screen import console, escape, show_table
    from gradus.render.plain import to_plain

    screen = console()
    screen.print(escape(to_plain(ruling.usual.claim.statement())))
    screen.print(f"[bold]{escape(str(ruling))}[/]")
    rows = []
    for name, decision in [("", ruling.usual), *ruling.others]:
        reading = f"{name}: {decision.claim.given()[name]}" if name else "the usual reading"
        style = {"true": "green", "false": "red", "undecided": "yellow"}[decision.verdict.value]
        found = "\n".join(
            f"{side.route.value}: {side.finding}" + (f" ({side.effect})" if side.effect else "")
            for side in (decision.evidence, decision.witness)
        )
        if decision.reason:
            found = f"{decision.reason}\n{found}"
        rows.append(
            [escape(reading), f"[{style}]{decision.verdict.value}[/]", escape(found), f"{decision.seconds:.1f}"]
        )
    show_table(["reading", "verdict", "evidence, and witness", "seconds"], rows)
