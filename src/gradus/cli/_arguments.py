"""Arguments that several commands share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from gradus.store import Ledger


class FamilyName(click.ParamType[str]):
    """The name of a family, completed from the catalogue."""

    name = "family"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check the name, with a suggestion for a misspelt one."""
        from gradus import catalogue
        from gradus.errors import Fault

        try:
            catalogue.family(value)
        except Fault as fault:
            self.fail(f"{value!r} {fault.rule}; {fault.remedy}", param, ctx)
        return value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Offer the names that begin as typed."""
        from gradus import catalogue

        return [CompletionItem(name) for name in catalogue.names() if name.startswith(incomplete)]


FAMILY = FamilyName()
EXAM = click.Path(dir_okay=False)
OUT = click.Path(file_okay=False)
EFFORTS = click.Choice(["quick", "normal", "thorough"])
TRUST = click.option(
    "--trust-submissions",
    "trusted",
    is_flag=True,
    help="Run programs without a sandbox where none can be had: only code that you would run yourself.",
)


DATABASE = click.option(
    "--database",
    envvar="GRADUS_DATABASE",
    default="gradus.sqlite",
    show_default=True,
    help="The ledger: a path, or postgresql://user:password@host/name.",
)
BY = click.option("--by", envvar="GRADUS_NAME", help="Who you are, for the audit trail; your login unless given.")


TRUST_CLAIMS = click.option(
    "--trust-claims",
    is_flag=True,
    help="Run claims of the author's own, from files beside the exam file that the ledger names.",
)


def name_of(by: str | None) -> str:
    """Return who answers for what is done now."""
    import getpass

    try:
        return by or getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in some containers
        raise click.UsageError("say who you are with --by") from None


def trust_own_claims(ledger: Ledger, exam: str) -> None:
    """Allow claims from files beside the exam file; where they lie is what the ledger says."""
    from pathlib import Path

    from gradus.assertion import trust_claims
    from gradus.store import exam_versions

    for file in {version.file for version in exam_versions(ledger, exam)}:
        trust_claims(Path(file))


@contextmanager
def opened(database: str, *, create: bool = False) -> Iterator[Ledger]:
    """Open a ledger for one command."""
    from gradus.store import close_ledger, open_ledger

    ledger = open_ledger(database, create=create)
    try:
        yield ledger
    finally:
        close_ledger(ledger)


def trust(trusted: bool) -> None:
    """Pass the decision on, if it was made."""
    if trusted:
        from gradus.programs.boxes import trust_submissions

        trust_submissions()
