"""`mlinfra lint`: the author's checks of the katas themselves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import click
import msgspec

from pytest_mlinfra.cli.common import course_here, json_option, kata_argument, runs_option
from pytest_mlinfra.cli.main import ExitCode
from pytest_mlinfra.errors import CourseError
from pytest_mlinfra.katas.checks import check_files
from pytest_mlinfra.katas.library import BrokenKata
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.reports import traceability
from pytest_mlinfra.reports.screens import accept, check_screen, check_strays
from pytest_mlinfra.runs.grade import Grader
from pytest_mlinfra.runs.rehearse import Rehearsed, rehearsals, rehearse
from pytest_mlinfra.runs.request import Way
from pytest_mlinfra.runs.traceability import Traceability, trace
from pytest_mlinfra.suites.bugs import check_bugs
from pytest_mlinfra.suites.variants import check_variants


@dataclass
class _Findings:
    """What was found out about one kata.

    Attributes:
        kata: its id.
        problems: what is wrong with it.
        table: its rules, tests and wrong answers; None where nothing was graded.
    """

    kata: str
    problems: list[str] = field(default_factory=list)
    table: Traceability | None = None


@click.command("lint")
@kata_argument(required=False)
@click.option("--files-only", is_flag=True, help="Grade nothing, only look at the files.")
@click.option(
    "--accept", "accepts", is_flag=True, help="Keep what wrong answers show now as their screens."
)
@runs_option
@json_option
def command(
    reference: str | None, *, files_only: bool, accepts: bool, way: Way | None, as_json: bool
) -> int:
    """Check every kata, or only KATA, as its author has to.

    The files are complete; the stub is pending, the reference and every other right
    answer is done, and each wrong answer draws its own message; each rule is held by a test
    and broken by a wrong answer; what learners see is what was accepted; each planted bug
    differs from the module by its witness.
    """
    if files_only and accepts:
        raise click.UsageError("--accept keeps what gradings show, and --files-only grades nothing")
    course = course_here()
    entries = [course.entry(reference)] if reference else list(course.entries)
    with Grader.open(way) as grader:
        findings = [
            _look_at(entry, grader, files_only=files_only, accepts=accepts) for entry in entries
        ]
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(_as_data(findings)), indent=2))
    else:
        _print(findings)
    return ExitCode.BROKEN if any(each.problems for each in findings) else ExitCode.OK


def _look_at(
    entry: Kata | BrokenKata, grader: Grader, *, files_only: bool, accepts: bool
) -> _Findings:
    findings = _Findings(entry.id)
    if isinstance(entry, BrokenKata):
        findings.problems.append(str(entry.error))
        return findings
    findings.problems += [*check_files(entry), *check_bugs(entry), *check_variants(entry)]
    if files_only:
        return findings
    try:
        rehearsed = _rehearse_all(entry, grader)
    except CourseError:
        return findings  # told by the check of the files
    if accepts:
        accept(entry, rehearsed)
    findings.problems += [each.complaint for each in rehearsed if each.complaint]
    findings.problems += _about_screens(entry, rehearsed)
    try:
        findings.table = trace(entry, rehearsed)
    except CourseError:
        return findings  # likewise
    findings.problems += findings.table.problems
    return findings


def _rehearse_all(kata: Kata, grader: Grader) -> list[Rehearsed]:
    every = list(rehearsals(kata))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda each: rehearse(grader, kata, each), every))


def _about_screens(kata: Kata, rehearsed: list[Rehearsed]) -> Iterator[str]:
    for each in rehearsed:
        # One that draws something else is told of already.
        if each.rehearsal.draws is not None and not each.complaint:
            yield from check_screen(kata, each)
    yield from check_strays(kata, rehearsed)


def _as_data(findings: list[_Findings]) -> dict[str, object]:
    tables = [each.table for each in findings if each.table is not None]
    return {
        "problems": [
            {"kata": each.kata, "problem": problem}
            for each in findings
            for problem in each.problems
        ],
        "katas": [traceability.as_data(table) for table in tables],
    }


def _print(findings: list[_Findings]) -> None:
    for each in findings:
        if each.table is not None:
            click.echo(traceability.render(each.table))
    problems = [problem for each in findings for problem in each.problems]
    for problem in problems:
        click.echo(problem)
    count = f"{len(problems)} problems" if len(problems) != 1 else "1 problem"
    katas = "1 kata" if len(findings) == 1 else f"{len(findings)} katas"
    click.echo(f"{katas} checked: {count}")
