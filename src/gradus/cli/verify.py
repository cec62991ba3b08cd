"""`gradus verify`: key against witness on many variants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gradus.cli._arguments import FAMILY

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from gradus.countersigning import Countersigned
    from gradus.derivations.mutations import Trial


@click.command("verify", short_help="Check keys against witnesses on many variants.")
@click.argument("family", type=FAMILY, nargs=-1)
@click.option("--variants", type=click.IntRange(1, 10_000_000), default=100, show_default=True, help="For each family.")
@click.option("--seed", default="verify", show_default=True, help="Seeds the variants.")
@click.option(
    "--mutated",
    type=click.IntRange(0, 1_000_000),
    default=3,
    show_default=True,
    help="On so many variants 50 wrong answers and 50 rewritten right ones are tried for each formula.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(family: tuple[str, ...], variants: int, seed: str, mutated: int, as_json: bool) -> None:
    """Draw variants of each FAMILY (all, when none is named) and compare key and witness on every one.

    \b
    gradus verify
    gradus verify conv_layer --variants 10000

    Formulas are also held against wrong answers and against rewritten right ones, made by machine.

    Exit code 0 when every key is countersigned, no wrong answer is accepted and at most one in 200 rewritten ones is
    rejected, 1 otherwise.
    """
    from gradus import catalogue
    from gradus.cli._screen import progress
    from gradus.cli._streams import show_json

    names = family or catalogue.names()
    with progress("Verifying", len(names) * variants) as advance:
        cards = [_verify(name, variants, seed, mutated, advance) for name in names]
    if as_json:
        show_json(cards)
    else:
        _show(cards)
    good = all(
        card["countersigned"] == variants
        and not card["false_accepts"]
        and 200 * card["false_rejects"] <= card["rewrites"]
        for card in cards
    )
    raise SystemExit(0 if good else 1)


def _verify(name: str, variants: int, seed: str, mutated: int, advance: Any) -> dict[str, Any]:
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
    trials: list[Trial] = []
    started = time.perf_counter()
    for number in range(variants):
        variant = kind.draw(random.Random(hash_seed(seed, str(number), name, b"")))
        seen.add(hash(variant))
        done = countersign(variant)
        if done.complete:
            signed += 1
            if number < mutated:
                trials.extend(_try_out(done, random.Random(number)))
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
        "wrong_answers": sum(trial.wrong for trial in trials),
        "false_accepts": sum(len(trial.accepted) for trial in trials),
        "rewrites": sum(trial.right for trial in trials),
        "false_rejects": sum(len(trial.rejected) for trial in trials),
        "failures": failures,
    }


def _try_out(done: Countersigned, source: random.Random) -> Iterator[Trial]:
    """Hold the formulas of a variant against answers made from them."""
    from gradus.derivations import Formula
    from gradus.derivations.mutations import try_out

    for part, key in done.key.items():
        if isinstance(key, Formula):
            yield try_out(key, done.witness[part], source)


def _texts(answers: Any) -> dict[str, str]:
    return {part: str(answer) for part, answer in answers.items()}


def _in_all(cards: list[dict[str, Any]]) -> str:
    """Return how the formulas of all families fared together."""
    wrong, accepted, right, rejected = (
        sum(card[name] for card in cards) for name in ("wrong_answers", "false_accepts", "rewrites", "false_rejects")
    )
    return (
        f"In all {accepted:,} of {wrong:,} wrong answers were accepted and {rejected:,} of {right:,} rewritten ones "
        f"rejected ({rejected / right:.2%})."
    )


def _show(cards: list[dict[str, Any]]) -> None:
    from gradus.cli._screen import console, escape, show_table

    rows = []
    for card in cards:
        style = "green" if card["countersigned"] == card["variants"] else "bold red"
        counts = [str(card["variants"]), f"[{style}]{card['countersigned']}[/]", str(card["distinct"])]
        tried = [
            f"{card[wrong]} of {card[of]}" if card[of] else "–"
            for wrong, of in (("false_accepts", "wrong_answers"), ("false_rejects", "rewrites"))
        ]
        rows.append([card["family"], *counts, f"{card['variants_per_second']:,}", *tried])
    columns = ["family", "variants", "countersigned", "distinct", "per second", "false accepts", "false rejects"]
    show_table(columns, rows, right=columns[1:])
    if any(card["wrong_answers"] for card in cards):
        console().print(_in_all(cards))
    for card in cards:
        for failure in card["failures"]:
            console().print(f"[bold red]{card['family']}[/] {escape(failure['variant'])}")
            console().print(escape(f"  key {failure['key']}, witness {failure['witness']} {failure['problem']}"))
