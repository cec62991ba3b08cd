"""`gradus recompute`: any mark of the ledger computed again from its rows."""

from __future__ import annotations

import click

from gradus.cli._arguments import DATABASE, TRUST, TRUST_CLAIMS, opened, trust, trust_own_claims


@click.command("recompute", short_help="Compute marks of the ledger again, and say what differs.")
@click.argument("exam")
@click.argument("candidates", metavar="[CANDIDATE]...", nargs=-1)
@DATABASE
@TRUST
@TRUST_CLAIMS
def command(exam: str, candidates: tuple[str, ...], database: str, trusted: bool, trust_claims: bool) -> None:
    """Compute the marks of each CANDIDATE of EXAM again, or of all, from the rows that they rest on.

    Every verdict is compared to the bit, also those that hold no longer; so are the receipt and the hashes.

    \b
    gradus recompute midterm ada
    gradus recompute midterm --database postgresql://gradus@localhost/exams

    Exit code 0 when all comes out as it is stored, 1 when something differs, 2 when it cannot be computed.
    """
    from gradus import store

    trust(trusted)
    differing = 0
    with opened(database) as ledger:
        if trust_claims:
            trust_own_claims(ledger, exam)
        if not candidates:
            store.current_exam(ledger, exam)
            candidates = tuple(known.candidate for known in store.candidates_of(ledger, exam))
        for candidate in candidates:
            found = store.recompute(ledger, exam, candidate)
            differing += bool(found.differences)
            click.echo(_describe(found))
            for difference in found.differences:
                click.echo(f"  {difference}")
    raise SystemExit(1 if differing else 0)


def _describe(found: object) -> str:
    from gradus.store import Recomputed

    assert isinstance(found, Recomputed)
    pending = f", {found.pending} pending" if found.pending else ""
    count = len(found.differences)
    state = f"{count} difference{'' if count == 1 else 's'}" if count else "to the bit"
    name = found.candidate.candidate
    return f"{name}: {float(found.total):.12g} points{pending}, {found.rows} verdicts computed again: {state}"
