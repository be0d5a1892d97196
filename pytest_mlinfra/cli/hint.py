"""`mlinfra hint`: one rung at a time."""

from __future__ import annotations

import click
import msgspec

from pytest_mlinfra.cli.common import STATE_FOLDER, course_here, json_option, kata_argument
from pytest_mlinfra.katas.hints import read_hints
from pytest_mlinfra.katas.library import Course
from pytest_mlinfra.katas.model import Kata


@click.command("hint")
@kata_argument(required=True)
@click.option("--again", is_flag=True, help="Begin again at the first rung.")
@json_option
def command(reference: str, again: bool, as_json: bool) -> None:
    """Show the next hint for KATA; after the last one, show that again."""
    course = course_here()
    kata = course.kata(reference)
    rungs = read_hints(kata)
    rung = 1 if again else min(_rungs_seen(course, kata) + 1, len(rungs))
    _remember(course, kata, rung)
    if as_json:
        content = {"kata": kata.id, "rung": rung, "rungs": len(rungs), "text": rungs[rung - 1]}
        click.echo(msgspec.json.encode(content).decode())
        return
    click.echo(f"Hint {rung} of {len(rungs)} for {kata.number} {kata.manifest.title}\n")
    click.echo(rungs[rung - 1])
    if rung < len(rungs):
        click.echo(f"\nThe next one: mlinfra hint {kata.number}")


def _memory(course: Course) -> dict[str, int]:
    try:
        text = (course.root / STATE_FOLDER / "hints.json").read_bytes()
        return msgspec.json.decode(text, type=dict[str, int])
    except (OSError, msgspec.DecodeError):
        return {}


def _rungs_seen(course: Course, kata: Kata) -> int:
    return _memory(course).get(kata.id, 0)


def _remember(course: Course, kata: Kata, rung: int) -> None:
    path = course.root / STATE_FOLDER / "hints.json"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(msgspec.json.encode(_memory(course) | {kata.id: rung}))
