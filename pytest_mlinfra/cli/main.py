"""The group of subcommands, and how each of them ends."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Sequence

import click

from pytest_mlinfra import __version__
from pytest_mlinfra.errors import CourseError, FleetFileError, MlinfraError

_COMMANDS = (
    "check",
    "completion",
    "fleet",
    "grade",
    "hint",
    "lint",
    "list",
    "redteam",
    "reset",
    "serve",
    "solution",
)
_EXIT_CODES = """
Exit codes: 0 all is well; 1 an answer that was begun, or any in a submission, falls
short, or you said no; 2 the command makes no sense here; 3 the course or the grader
is broken.
"""


class ExitCode:
    """What the exit codes mean."""

    OK = 0
    FALLS_SHORT = 1
    USAGE = 2
    BROKEN = 3


class _LazyGroup(click.Group):
    """Imports a subcommand's module when it is called: each needs something else."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"pytest_mlinfra.cli.{cmd_name}")
        command: click.Command = module.command
        return command


@click.group(cls=_LazyGroup, epilog=_EXIT_CODES)
@click.version_option(__version__, prog_name="mlinfra")
def _group() -> None:
    """Katas on async Python, testing and code quality for ML infrastructure."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a subcommand and end the process with its exit code.

    Args:
        arguments: the command line without the program's name; None for the process's.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that lacks a character shows a replacement, not a traceback.
            stream.reconfigure(errors="replace")
    try:
        code = _group.main(arguments, prog_name="mlinfra", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(ExitCode.FALLS_SHORT)
    except CourseError as error:
        click.echo(f"The course is broken: {error}", err=True)
        sys.exit(ExitCode.BROKEN)
    except FleetFileError as error:
        # Each with its place first, where editors look for it.
        click.echo(str(error), err=True)
        sys.exit(ExitCode.USAGE)
    except MlinfraError as error:
        click.echo(f"mlinfra: {error}", err=True)
        sys.exit(ExitCode.USAGE)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        click.echo(f"mlinfra: {place}{error.strerror}", err=True)
        sys.exit(ExitCode.USAGE)
    sys.exit(code if isinstance(code, int) else ExitCode.OK)
