"""`mlinfra solution`: the reference, for those who are done."""

from __future__ import annotations

import click

from pytest_mlinfra.cli.common import course_here, kata_argument
from pytest_mlinfra.cli.main import ExitCode
from pytest_mlinfra.errors import CourseError
from pytest_mlinfra.grading.verdict import State
from pytest_mlinfra.katas.answers import reference_files
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.places import shown
from pytest_mlinfra.runs.grade import Grader


@click.command("solution")
@kata_argument(required=True)
@click.option("--spoil", is_flag=True, help="Show it although the kata is not done.")
def command(reference: str, spoil: bool) -> int:
    """Print the reference answer of KATA, once yours is done."""
    course = course_here()
    kata = course.kata(reference)
    if not spoil:
        with Grader.open() as grader:
            verdict = grader.grade_one(kata, Submission.of(course, None))
        if verdict.state is not State.DONE:
            click.echo(
                f"{kata.number} {kata.manifest.title} is {verdict.state}: the solution is "
                f"shown once it is done. A hint: mlinfra hint {kata.number}. "
                "To see it all the same: --spoil",
                err=True,
            )
            return ExitCode.FALLS_SHORT
    for path in reference_files(kata).values():
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise CourseError(f"the reference {shown(path)} cannot be read: {error}") from error
        click.echo(f"# {shown(path)}\n")
        click.echo(text)
    return ExitCode.OK
