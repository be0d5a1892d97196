"""`mlinfra check`: grade and report."""

from __future__ import annotations

from pathlib import Path

import click

from pytest_mlinfra.cli.common import (
    course_here,
    json_option,
    kata_argument,
    runs_option,
    terminal_width,
    wants_colour,
)
from pytest_mlinfra.cli.main import ExitCode
from pytest_mlinfra.grading.report import Report, gather
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.own_tests import demand_hidden_tests
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.grade import Grader
from pytest_mlinfra.runs.request import Way


@click.command("check")
@kata_argument(required=False)
@click.option(
    "--submission",
    type=click.Path(path_type=Path),
    help="Grade the files in this folder, laid out like exercises/, instead of your own. "
    "Anything short of full marks then ends with exit code 1.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="How many katas to grade at once.")
@click.option(
    "--hidden", is_flag=True, help="Grade by the hidden tests of solutions/ as well, for marks."
)
@runs_option
@json_option
def command(  # noqa: PLR0913 - click passes one for each option
    reference: str | None,
    *,
    submission: Path | None,
    jobs: int | None,
    hidden: bool,
    way: Way | None,
    as_json: bool,
) -> int:
    """Grade every kata, or only KATA: a number, a name or a path."""
    course = course_here()
    graded = Submission.of(course, submission)
    entries = [course.entry(reference)] if reference else list(course.entries)
    if hidden:
        demand_hidden_tests(entry for entry in entries if isinstance(entry, Kata))
    with Grader.open(way, jobs) as grader:
        verdicts = grader.grade(entries, graded, hidden=hidden)
        report = gather(verdicts, handed_in=graded.handed_in)
    if as_json:
        from pytest_mlinfra.reports import json  # noqa: PLC0415 - one of two

        click.echo(json.render(report), nl=False)
    else:
        from pytest_mlinfra.reports import terminal  # noqa: PLC0415

        text = terminal.render(report, width=terminal_width(), colour=wants_colour())
        click.echo(text, nl=False)
    return _exit_code(report)


def _exit_code(report: Report) -> int:
    if report.is_broken:
        return ExitCode.BROKEN
    return ExitCode.FALLS_SHORT if report.falls_short else ExitCode.OK
