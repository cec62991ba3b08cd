"""`gradus draw`: a paper for each candidate, and its key."""

from __future__ import annotations

from pathlib import Path

import click

from gradus.cli._arguments import EXAM, OUT


@click.command("draw", short_help="Draw a paper and its key for each candidate.")
@click.argument("exam", type=EXAM)
@click.option("--candidates", type=click.Path(dir_okay=False), required=True, help="CSV with a column `candidate`.")
@click.option("--out", type=OUT, required=True, help="Folder for papers/, keys/ and secret.txt.")
@click.option("--secret", envvar="GRADUS_SECRET", help="Seeds the papers; made and kept in OUT when not given.")
@click.option("--format", "formats", type=click.Choice(["json", "html", "both"]), default="both", show_default=True)
@click.option("--replace", is_flag=True, help="Replace papers that were drawn before and come out otherwise now.")
def command(exam: str, candidates: str, out: str, secret: str | None, formats: str, replace: bool) -> None:
    """Draw a paper of EXAM for each candidate of a roster, with keys that are countersigned.

    The same exam, candidate and secret always draw the same paper. A paper drawn before is never changed
    unless --replace is given.

    \b
    gradus draw exams/midterm.md --candidates roster.csv --out papers
    """
    from gradus import exam as exams
    from gradus.assertion import trust_claims
    from gradus.cli._screen import progress
    from gradus.export.drawing import draw_papers, read_secret
    from gradus.export.roster import read_roster

    read = exams.read(exam)
    trust_claims(Path(exam))
    folder = Path(out)
    seeded = secret.encode("utf-8", "surrogateescape") if secret else read_secret(folder)
    candidates_read = sum(1 for _ in read_roster(Path(candidates)))  # a faulty roster draws nobody's paper
    drawn = 0
    with progress("Drawing", candidates_read) as advance:
        for _ in draw_papers(read, read_roster(Path(candidates)), folder, seeded, formats, replace=replace):
            drawn += 1
            advance()
    click.echo(f"{drawn} papers in {folder / 'papers'}, their keys in {folder / 'keys'}.")
    if not secret:
        click.echo(f"Seeded by {folder / 'secret.txt'}: keep it, and keep it secret.")
