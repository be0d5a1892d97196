"""`mlinfra reset`: put the untouched stub back."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import click

from pytest_mlinfra.cli.common import STATE_FOLDER, course_here, kata_argument
from pytest_mlinfra.errors import CourseError
from pytest_mlinfra.katas.library import Course
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.stub import stub_files
from pytest_mlinfra.places import shown


@click.command("reset")
@kata_argument(required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(reference: str, yes: bool) -> None:
    """Put the stub of KATA back in place of your answer, which is kept."""
    course = course_here()
    kata = course.kata(reference)
    stubs = stub_files(kata)
    for path in stubs.values():
        if not path.is_file():
            raise CourseError(f"the stub {shown(path)} is missing, so nothing was reset")
    if not yes:
        names = ", ".join(stubs)
        click.confirm(f"Replace {names} of {kata.id} by the stub?", abort=True)
    backup = _keep(course, kata)
    for name, stub in stubs.items():
        target = kata.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(stub, target)
    click.echo(f"{kata.id} is as it was given. Your answer is kept in {shown(backup)}")


def _keep(course: Course, kata: Kata) -> Path:
    """Move the answer into a new folder, whatever stands where its files should be."""
    moment = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S-%f")
    backup = course.root / STATE_FOLDER / "backups" / kata.name / moment
    backup.mkdir(parents=True)
    for name in kata.manifest.write:
        path = kata.folder / name
        if path.exists() or path.is_symlink():
            (backup / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, backup / name)
    return backup
