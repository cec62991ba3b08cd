"""Arguments that several commands share."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem


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


def trust(trusted: bool) -> None:
    """Pass the decision on, if it was made."""
    if trusted:
        from gradus.programs.boxes import trust_submissions

        trust_submissions()
