"""`gradus completion`: the script that teaches a shell our words."""

from __future__ import annotations

import click


@click.command("completion", short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script that completes commands, options and families in SHELL.

    \b
    gradus completion bash > ~/.local/share/bash-completion/completions/gradus
    gradus completion zsh > ~/.zfunc/_gradus
    gradus completion fish > ~/.config/fish/completions/gradus.fish
    """
    from click.shell_completion import get_completion_class

    from gradus.cli import main

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(main, {}, "gradus", "_GRADUS_COMPLETE").source())
