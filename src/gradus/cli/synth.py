"""`gradus synth`: records like those of a table, made by a GAN, and how good they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gradus.lab.gan.encoding import Encoder
    from gradus.lab.gan.tables import Table

FILE = click.Path(dir_okay=False)
LOSSES = ["minimax", "nonsaturating", "clipping", "penalty"]
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
ENCODING = click.option("--encoding", default="utf-8-sig", help="Of a CSV file that is not UTF-8, such as latin-1.")
CATEGORY = click.option("--category", "categories", multiple=True, help="A column to take as texts; may be repeated.")
DROP = click.option("--drop", "dropped", multiple=True, help="A column to leave out; may be repeated.")
SEED = click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)


@click.group("synth", short_help="Make records like those of a table, and say how good they are.")
def command() -> None:
    """Learn a table of records and make new ones like it: numbers, dates, categories, gaps.

    \b
    gradus synth fit data.csv --out model
    gradus synth sample model -n 10000 --out synthetic.csv
    gradus synth report data.csv synthetic.csv --html report.html

    Tables are CSV with a header, or Parquet (with the extra `tables`).
    """


@command.command("fit", short_help="Learn a table.")
@click.argument("data", type=FILE)
@click.option("--out", type=FILE, required=True, help="The model; if it is part of this very fit, that goes on.")
@click.option("--loss", type=click.Choice(LOSSES), default="penalty", show_default=True)
@click.option("--steps", type=click.IntRange(min=1), default=4000, show_default=True, help="Of the generator, at most.")
@click.option("--check-every", type=click.IntRange(min=1), help="Steps between checkpoints; an eighth unless given.")
@click.option("--critic", type=click.IntRange(min=1), default=1, show_default=True, help="Discriminator steps to one.")
@click.option("--batch", type=click.IntRange(min=1), default=256, show_default=True)
@click.option("--patience", type=click.IntRange(min=1), help="Checks without a better one before stopping.")
@click.option("--rate", type=float, default=5e-4, show_default=True, help="Of both players' optimisers.")
@click.option("--penalty", type=float, default=10.0, show_default=True, help="Factor of the gradient penalty.")
@click.option("--clip", type=float, default=0.05, show_default=True, help="Bound of the weights with --loss clipping.")
@click.option("--noise", type=click.IntRange(min=1), default=128, show_default=True, help="Normal numbers a record.")
@click.option("--generator", default="128,128", show_default=True, help="Hidden sizes, or layers: 'dense 64 > relu'.")
@click.option("--discriminator", default="128,128", show_default=True, help="The same of its opponent.")
@CATEGORY
@DROP
@SEED
@ENCODING
@JSON
def fit(
    data: str, out: str, steps: int, check_every: int | None, generator: str, discriminator: str,
    categories: tuple[str, ...], dropped: tuple[str, ...], encoding: str, as_json: bool, **chosen: Any,
) -> None:  # fmt: skip
    """Learn the records of DATA and keep what was learned in a model, which holds none of them.

    A fit that was interrupted goes on where its last check was, when the same command is given again, and ends in the
    same model to the bit.
    """
    from gradus.cli._screen import progress
    from gradus.cli._streams import show_json
    from gradus.lab.gan.settings import GanSettings
    from gradus.lab.gan.training import fitting

    every = check_every or max(each for each in range(1, max(1, steps // 8) + 1) if steps % each == 0)
    maker, judge = _layers(generator, "relu"), _layers(discriminator, "leaky_relu")
    settings = GanSettings(steps=steps, check_every=every, generator=maker, discriminator=judge, **chosen)
    table = _read(data, encoding, dropped)
    done, now = 0, None
    with progress("Fitting", steps // every) as advance:
        for now in fitting(table, settings, categories=categories, checkpoint=Path(out)):
            if not done and not now.history:
                _remark(now.encoder)
            advance(len(now.history) - done)
            done = len(now.history)
    assert now is not None
    last = {"model": out, "steps": now.history[-1]["step"], "quality": now.quality, "history": now.history}
    if as_json:
        show_json(last | {"remarks": now.encoder.remarks})
    else:
        click.echo(f"{out}: {last['steps']} steps; columns agree to {now.quality:.3f} (1 is best).")


@command.command("sample", short_help="Make records.")
@click.argument("model", type=FILE)
@click.option("--rows", "-n", type=click.IntRange(min=1), default=1000, show_default=True, help="How many.")
@click.option("--out", type=FILE, required=True, help="CSV, or Parquet if it ends in .parquet.")
@click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="A category to have; may be repeated.")
@SEED
def sample(model: str, rows: int, out: str, where: tuple[str, ...], seed: int) -> None:
    """Make records of MODEL, with the columns, bounds and spelling of the table that it learned."""
    from gradus.cli._screen import progress
    from gradus.lab.gan.keeping import load
    from gradus.lab.gan.sampling import sampling

    fitted, parts = load(Path(model)), []
    wanted = dict(_pair(text) for text in where)
    with progress("Sampling", rows) as advance:
        for part in sampling(fitted, rows, seed=seed, where=wanted):
            parts.append(part)
            advance(len(part))
    _write(fitted.encoder, parts, Path(out))
    click.echo(f"{rows} records in {out}.")


@command.command("report", short_help="Say how good made records are.")
@click.argument("real", type=FILE)
@click.argument("synthetic", type=FILE)
@click.option("--html", type=FILE, metavar="FILE", help="Write a page with plots.")
@click.option("--unseen", type=FILE, help="Real records that the model never saw, to judge by.")
@click.option("--target", help="Column to predict; the last category unless given.")
@click.option("--least", type=click.FloatRange(0, 1), help="Exit with 1 if the mean of the scores is below this.")
@CATEGORY
@DROP
@SEED
@ENCODING
@JSON
def report(
    real: str, synthetic: str, html: str | None, unseen: str | None, target: str | None, least: float | None,
    categories: tuple[str, ...], dropped: tuple[str, ...], seed: int, encoding: str, as_json: bool,
) -> None:  # fmt: skip
    """Compare SYNTHETIC with REAL: columns, pairs of columns, learners trained on it or told to find it, privacy."""
    from gradus.cli._screen import escape, show_table
    from gradus.cli._streams import show_json
    from gradus.export.files import write_text
    from gradus.lab.gan.encoding import fit_encoder
    from gradus.lab.gan.quality import assess
    from gradus.render.records import records_page

    one, other = (_read(file, encoding, dropped) for file in (real, synthetic))
    fresh = None if unseen is None else _read(unseen, encoding, dropped)
    found = assess(one, other, unseen=fresh, target=target, categories=categories, seed=seed)
    if html is not None:
        write_text(Path(html), records_page(found, fit_encoder(one, categories), fresh or one, other))
    if as_json:
        show_json(found.plain())
    else:
        rows = [[name, f"{score:.3f}"] for name, score in found.scores.items()]
        show_table(["score", "1 is best"], rows, right=["1 is best"])
        worst = sorted(found.distances.items(), key=lambda pair: -pair[1])[:5]
        show_table(["column furthest off", "distance"], [[escape(n), f"{d:.3f}"] for n, d in worst], ["distance"])
        click.echo(f"copies of real records: {100 * found.neighbours['copies']:.2f} %")
    if least is not None and sum(found.scores.values()) / len(found.scores) < least:
        raise click.exceptions.Exit(1)


def _read(file: str, encoding: str, dropped: tuple[str, ...]) -> Table:
    from gradus.lab.gan.tables import read_table

    return read_table(Path(file), encoding).without(dropped)


def _layers(text: str, activation: str) -> str:
    """Return layers for hidden sizes such as 128,128; other text says the layers itself."""
    sizes = text.replace(" ", "").split(",")
    return " > ".join(f"dense {size} > {activation}" for size in sizes) if all(s.isdecimal() for s in sizes) else text


def _remark(encoder: Encoder) -> None:
    for text in encoder.remarks:
        click.echo(f"gradus: {text}", err=True)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"{text!r} is not COLUMN=VALUE", param_hint="'--where'")
    return name, value


def _write(encoder: Encoder, parts: list[Any], path: Path) -> None:
    from gradus.export.files import writing
    from gradus.lab.gan.tables import Table, write_csv

    joined = (tuple(cell for part in cells for cell in part) for cells in zip(*(p.columns for p in parts), strict=True))
    table = Table(encoder.names, tuple(joined), schema=encoder.schema)
    if path.suffix == ".parquet":
        from gradus.lab.gan.parquet import write_parquet

        write_parquet(table, path, encoder.values(table))
        return
    with writing(path) as file:
        write_csv(table, file)
