"""`mlinfra completion`: the script by which a shell completes commands and katas."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    For bash, for instance: eval "$(mlinfra completion bash)"
    """
    root = context.find_root().command
    completion = get_completion_class(shell)
    assert completion is not None
    click.echo(completion(root, {}, "mlinfra", "_MLINFRA_COMPLETE").source())
