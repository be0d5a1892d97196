"""`mlinfra lint`: the author's checks of the katas themselves."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import click
import msgspec

from pytest_mlinfra.cli.common import course_here, json_option, kata_argument, runs_option
from pytest_mlinfra.cli.main import ExitCode
from pytest_mlinfra.errors import CourseError
from pytest_mlinfra.katas.checks import check_files
from pytest_mlinfra.katas.library import BrokenKata
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.runs.grade import Grader
from pytest_mlinfra.runs.rehearse import rehearsals, rehearse
from pytest_mlinfra.runs.request import Way
from pytest_mlinfra.suites.bugs import check_bugs


@click.command("lint")
@kata_argument(required=False)
@click.option("--files-only", is_flag=True, help="Grade nothing, only look at the files.")
@runs_option
@json_option
def command(reference: str | None, files_only: bool, way: Way | None, as_json: bool) -> int:
    """Check every kata, or only KATA, as its author has to.

    The files are complete; the stub is pending, the reference is done, and each wrong
    answer draws its own message; each planted bug differs from the module by its witness.
    """
    course = course_here()
    entries = [course.entry(reference)] if reference else list(course.entries)
    problems = list(_problems(entries, way, files_only=files_only))
    if as_json:
        rows = [{"kata": kata, "problem": problem} for kata, problem in problems]
        click.echo(msgspec.json.format(msgspec.json.encode(rows), indent=2))
    else:
        for _kata, problem in problems:
            click.echo(problem)
        count = f"{len(problems)} problems" if len(problems) != 1 else "1 problem"
        click.echo(f"{len(entries)} katas checked: {count}")
    return ExitCode.BROKEN if problems else ExitCode.OK


def _problems(
    entries: Sequence[Kata | BrokenKata], way: Way | None, *, files_only: bool
) -> Iterator[tuple[str, str]]:
    """The id of a kata and what is wrong with it, one pair per problem."""
    katas = []
    for entry in entries:
        if isinstance(entry, BrokenKata):
            yield entry.id, str(entry.error)
            continue
        katas.append(entry)
        for problem in (*check_files(entry), *check_bugs(entry)):
            yield entry.id, problem
    if files_only:
        return
    with Grader.open(way) as grader, ThreadPoolExecutor(os.cpu_count()) as pool:
        for kata in katas:
            try:
                every = list(rehearsals(kata))
            except CourseError:
                continue  # told by the check of the files
            for problem in pool.map(lambda each, kata=kata: rehearse(grader, kata, each), every):
                if problem:
                    yield kata.id, problem
