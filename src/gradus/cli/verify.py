"""`gradus verify`: key against witness on many variants."""

from __future__ import annotations

from typing import Any

import click

from gradus.cli._arguments import FAMILY


@click.command("verify", short_help="Check keys against witnesses on many variants.")
@click.argument("family", type=FAMILY, nargs=-1)
@click.option(
    "--variants", type=click.IntRange(1, 10_000_000), default=1000, show_default=True, help="For each family."
)
@click.option("--seed", default="verify", show_default=True, help="Seeds the variants.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(family: tuple[str, ...], variants: int, seed: str, as_json: bool) -> None:
    """Draw variants of each FAMILY (all, when none is named) and compare key and witness on every one.

    \b
    gradus verify
    gradus verify conv_layer --variants 10000

    Exit code 0 when every key is countersigned, 1 when one is not.
    """
    import json

    from gradus import catalogue
    from gradus.cli._screen import progress

    names = family or catalogue.names()
    cards = []
    with progress("Verifying", len(names) * variants) as advance:
        cards = [_verify(name, variants, seed, advance) for name in names]
    if as_json:
        click.echo(json.dumps(cards, ensure_ascii=False, indent=2))
    else:
        _show(cards)
    raise SystemExit(0 if all(card["countersigned"] == variants for card in cards) else 1)


def _verify(name: str, variants: int, seed: str, advance: Any) -> dict[str, Any]:
    """Return a family's report card."""
    import random
    import time

    from gradus import catalogue
    from gradus.countersigning import countersign
    from gradus.paper import seed as hash_seed

    kind = catalogue.family(name)
    seen: set[int] = set()
    signed = 0
    failures: list[dict[str, Any]] = []
    started = time.perf_counter()
    for number in range(variants):
        variant = kind.draw(random.Random(hash_seed(seed, str(number), name, b"")))
        seen.add(hash(variant))
        done = countersign(variant)
        if done.complete:
            signed += 1
        elif len(failures) < 5:
            failures.append(
                {
                    "variant": repr(variant),
                    "key": _texts(done.key),
                    "witness": _texts(done.witness),
                    "problem": done.problem,
                }
            )
        if number % 100 == 99:
            advance(100)
    rate = variants / (time.perf_counter() - started)
    return {
        "family": name,
        "variants": variants,
        "countersigned": signed,
        "distinct": len(seen),
        "variants_per_second": round(rate),
        "failures": failures,
    }


def _texts(answers: Any) -> dict[str, str]:
    return {part: str(answer) for part, answer in answers.items()}


def _show(cards: list[dict[str, Any]]) -> None:
    from gradus.cli._screen import console, escape, show_table

    rows = []
    for card in cards:
        style = "green" if card["countersigned"] == card["variants"] else "bold red"
        counts = [str(card["variants"]), f"[{style}]{card['countersigned']}[/]", str(card["distinct"])]
        rows.append([card["family"], *counts, f"{card['variants_per_second']:,}"])
    columns = ["family", "variants", "countersigned", "distinct", "per second"]
    show_table(columns, rows, right=columns[1:])
    for card in cards:
        for failure in card["failures"]:
            console().print(f"[bold red]{card['family']}[/] {escape(failure['variant'])}")
            console().print(escape(f"  key {failure['key']}, witness {failure['witness']} {failure['problem']}"))
