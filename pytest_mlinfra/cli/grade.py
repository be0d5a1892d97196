"""`mlinfra grade`: a mark for one submission, whoever has written it."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from pytest_mlinfra.cli.common import (
    course_here,
    json_option,
    kata_option,
    terminal_width,
    wants_colour,
)
from pytest_mlinfra.cli.main import ExitCode
from pytest_mlinfra.errors import UsageError
from pytest_mlinfra.grading.report import gather
from pytest_mlinfra.katas.library import BrokenKata
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.own_tests import demand_hidden_tests
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.grade import Grader
from pytest_mlinfra.runs.isolation import Level, level_of, missing_here
from pytest_mlinfra.runs.marks import MarkedRuns


@click.command("grade")
@click.argument("folder", type=click.Path(path_type=Path))
@kata_option
@click.option("--jobs", type=click.IntRange(min=1), help="How many katas to grade at once.")
@click.option(
    "--require-isolation",
    "required",
    type=click.Choice([level.value for level in Level]),
    help="Refuse to grade where this machine gives less than that: full (every layer), partial "
    "(a process for each answer, and not every layer around it) or none.",
)
@click.option(
    "--hidden", is_flag=True, help="Grade by the hidden tests of solutions/ as well, for marks."
)
@json_option
def command(  # noqa: PLR0913 - click passes one for each option
    folder: Path,
    *,
    reference: str | None,
    jobs: int | None,
    required: str | None,
    hidden: bool,
    as_json: bool,
) -> int:
    """Grade the submission in FOLDER, laid out like exercises/, and trust nothing in it.

    Each answer to an implementation kata runs in a process of its own, behind a wall, away
    from its tests. The layers that were in place are named with the marks.
    """
    course = course_here()
    submission = Submission.of(course, folder)
    entries = [course.entry(reference)] if reference else list(course.entries)
    if required is not None:
        _see_that_it_is_reached(Level(required), entries)
    if hidden:
        demand_hidden_tests(entry for entry in entries if isinstance(entry, Kata))
    runs = MarkedRuns.for_marks()
    with Grader(runs, jobs) as grader:
        report = gather(grader.grade(entries, submission, hidden=hidden), handed_in=True)
    isolation = level_of(runs.layers)
    if as_json:
        from pytest_mlinfra.reports import json  # noqa: PLC0415 - one of two

        content = {"isolation": msgspec.to_builtins(isolation), **json.contents(report)}
        click.echo(json.written(content), nl=False)
    else:
        from pytest_mlinfra.reports import terminal  # noqa: PLC0415

        text = terminal.render(report, width=terminal_width(), colour=wants_colour())
        click.echo(f"{text}\nisolation: {isolation}")
    if report.is_broken:
        return ExitCode.BROKEN
    return ExitCode.FALLS_SHORT if report.falls_short else ExitCode.OK


def _see_that_it_is_reached(required: Level, entries: list[Kata | BrokenKata]) -> None:
    """Refuse where less than `required` could be reached.

    Raises:
        UsageError: that is so; it names what is missing.
    """
    missing = missing_here()
    if required is Level.FULL and missing:
        raise UsageError(
            f"--require-isolation=full: this machine lacks {'; '.join(missing)}. Nothing was graded"
        )
    suites = [each.name for each in entries if isinstance(each, Kata) and each.manifest.suite]
    if required is not Level.NONE and suites:
        raise UsageError(
            f"--require-isolation={required}: the tests that a learner writes run beside what they "
            f"test, and cannot be kept away from it ({', '.join(suites)}). Nothing was graded; name "
            "other katas with --kata"
        )
