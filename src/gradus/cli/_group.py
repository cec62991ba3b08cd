"""The group of all commands: the folder is the list."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, final

import click

from gradus.cli._streams import prepare
from gradus.errors import GradusError, suggest

UNUSABLE = 2  # also click's code for a wrong option
INTERRUPTED = 130  # what shells give for Ctrl-C


@final
class Folder(click.Group):
    """Commands by file name: `command` of `gradus/cli/audit.py` is `gradus audit`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the files that are commands."""
        files = Path(__file__).parent.glob("*.py")
        return sorted(file.stem.replace("_", "-") for file in files if not file.stem.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        known = self.list_commands(ctx)
        if cmd_name not in known:
            if ctx.resilient_parsing:  # a shell is completing, not running
                return None
            ctx.fail(f"There is no command {cmd_name!r}; {suggest(cmd_name, known)}")
        command: click.Command = import_module(f"gradus.cli.{cmd_name.replace('-', '_')}").command
        return command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line on whatever screen there is."""
        prepare()
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what Gradus has to say to its user ends on stderr with exit code 2."""
        try:
            return super().invoke(ctx)
        except GradusError as error:
            click.echo(f"gradus: {error}", err=True)
            ctx.exit(UNUSABLE)
        except (KeyboardInterrupt, click.Abort):  # 1 would say that something was found
            click.echo("gradus: interrupted", err=True)
            ctx.exit(INTERRUPTED)


@click.group(cls=Folder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="gradus")
def main() -> None:
    """Deep-learning exams whose keys are computed, countersigned, and then used to grade.

    \b
    gradus audit exams/midterm.md                     check every printed answer
    gradus draw exam.md --candidates roster.csv --out papers
    gradus grade exam.md responses.csv --papers papers --out marks
    gradus practice conv_layer                        practise in the terminal

    Exit codes: 0 all is well, 1 something was found, 2 a file or option cannot be used, 130 interrupted.
    """
