"""Arguments and options that several subcommands share."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from pytest_mlinfra.errors import MlinfraError
from pytest_mlinfra.katas.library import Course
from pytest_mlinfra.runs.request import Way

_Command = TypeVar("_Command", bound=Callable[..., Any])
# Where the command keeps what it has to remember, below the course's root.
STATE_FOLDER = ".mlinfra"


def course_here() -> Course:
    """The course that the working directory belongs to.

    Raises:
        CourseNotFoundError: there is none.
    """
    return Course.find(Path.cwd())


def _complete(_context: click.Context, _parameter: click.Parameter, text: str) -> list[Any]:
    try:
        entries = course_here().entries
    except MlinfraError:
        return []
    katas = [
        CompletionItem(entry.name, help=entry.track)
        for entry in entries
        if text in entry.name or entry.id.startswith(text)
    ]
    return katas or [CompletionItem(text, type="file")]


def kata_argument(*, required: bool) -> Callable[[_Command], _Command]:
    """The argument KATA: a number, a name or a path."""
    metavar = "KATA" if required else "[KATA]"
    return click.argument("reference", metavar=metavar, required=required, shell_complete=_complete)


kata_option = click.option(
    "--kata",
    "reference",
    metavar="KATA",
    shell_complete=_complete,
    help="Only that kata: a number, a name or a path.",
)
runs_option = click.option(
    "--runs",
    "way",
    type=click.Choice([way.value for way in Way]),
    callback=lambda _context, _option, name: name and Way(name),
    help="How to run what is graded: in forks of a process that has imported everything "
    "(warm, the default on Linux), or in processes that begin anew (fresh). "
    "The verdict is the same.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


def terminal_width() -> int:
    """The columns to write in: the terminal's, 80 where there is none."""
    return max(40, min(shutil.get_terminal_size((80, 24)).columns, 100))


def wants_colour() -> bool:
    """Whether standard output is a terminal that shows colours, and nobody minds them."""
    unwanted = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not unwanted
