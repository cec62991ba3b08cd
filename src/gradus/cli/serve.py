"""`gradus serve`: an exam in the browser."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gradus.cli._arguments import EXAM, TRUST, trust


@click.command("serve", short_help="Open an exam room in the browser.")
@click.argument("exam", type=EXAM)
@click.option(
    "--database", envvar="GRADUS_DATABASE", help="Path or URL of the ledger; EXAM's name.sqlite unless given."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen at.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes; more than one on PostgreSQL.",
)
@click.option("--https", is_flag=True, help="Browsers come over HTTPS (through a proxy): cookies are kept to it.")
@click.option("--secret-file", type=click.Path(dir_okay=False), help="Holds the secret key; made at the first start.")
@click.option("--staff-link", is_flag=True, help="Print a staff link, as the first start does.")
@click.option("--new-staff-link", is_flag=True, help="End every staff link and session there is, and print a new link.")
@click.option("--link-only", is_flag=True, help="Print the staff link and stop: another process serves the room.")
@click.option("--proxy", default="127.0.0.1", show_default=True, help="Proxies whose forwarded headers are believed.")
@click.option("--practice/--no-practice", default=True, show_default=True, help="Practice while the exam is not open.")
@click.option("--log", "log_file", type=click.Path(dir_okay=False), help="Write the log to a file instead of stderr.")
@TRUST
def command(
    exam: str,
    database: str | None,
    host: str,
    port: int,
    workers: int,
    https: bool,
    secret_file: str | None,
    staff_link: bool,
    new_staff_link: bool,
    link_only: bool,
    proxy: str,
    practice: bool,
    log_file: str | None,
    trusted: bool,
) -> None:
    """Serve EXAM: candidates sit it, staff run, mark and release it; everything is kept in one database.

    The first start makes the database and the secret key, prints a staff link, and audits the exam, which takes a
    minute; pages are open meanwhile, and papers are drawn when it is done. Servers on several machines may share one
    database on PostgreSQL; give each the same secret file. Claims from files beside EXAM are run.

    \b
    gradus serve exams/midterm.md
    gradus serve exam.md --database postgresql://gradus@localhost/exams --workers 2 --https --port 8001
    gradus serve exam.md --new-staff-link --link-only
    """
    from gradus.assertion import trust_claims
    from gradus.web.serving import (
        HERE,
        Opening,
        check_workers,
        open_room,
        secret_path,
        serve,
        serve_together,
        start_first_audit,
    )

    trust(trusted)
    trust_claims(Path(exam))
    database = database or Path(exam).with_suffix(".sqlite").name
    check_workers(database, workers)
    secret = Path(secret_file) if secret_file else secret_path(Path(exam), database)
    room, first = open_room(Path(exam), database, secret)
    room.https, room.practice = https, practice
    at = f"{'https' if https else 'http'}://{host}:{port}"
    click.echo(f"{room.exam.title}: {at}")
    if new_staff_link:
        room.revoke("staff", "", "links", HERE)
        click.echo("Every staff link and session that there was is ended.")
    if first or staff_link or new_staff_link or link_only:
        click.echo(f"Staff enter here, within seven days: {at}{room.staff_link()}")
        click.echo(
            "Whoever has this link acts as staff. `--staff-link` prints another, `--new-staff-link` ends all others."
        )
    if link_only:
        return
    if start_first_audit(room, _tell):
        click.echo("The exam is being audited. Pages are open; papers are drawn when it is done.")
    if workers == 1:
        serve(room, host, port, Path(log_file) if log_file else None, proxy)
        return
    opening = Opening(
        exam=room.name,
        file=exam,
        database=database,
        secret_file=str(secret),
        https=https,
        practice=practice,
        log_file=log_file or "",
        trusted=trusted,
    )
    serve_together(room, opening, host, port, workers, proxy)


def _tell(told: str) -> None:
    """Say how far the audit is: on a terminal always on one line, elsewhere only what it came to."""
    done = "countersigned" in told
    if sys.stdout.isatty():
        click.echo(f"\r\033[KAudit: {told}", nl=done)
    elif done:
        click.echo(f"Audit: {told}")
