"""`mlinfra hint`: one rung at a time."""

from __future__ import annotations

import contextlib

import click
import msgspec

from pytest_mlinfra.cli.common import (
    STATE_FOLDER,
    course_here,
    json_option,
    kata_argument,
    terminal_width,
    wants_colour,
)
from pytest_mlinfra.katas.hints import read_hints
from pytest_mlinfra.katas.library import Course
from pytest_mlinfra.katas.model import Kata


@click.command("hint")
@kata_argument(required=True)
@click.option("--again", is_flag=True, help="Begin again at the first rung.")
@json_option
def command(reference: str, again: bool, as_json: bool) -> None:
    """Show the next hint for KATA.

    After the last one, that is shown again.
    """
    course = course_here()
    kata = course.kata(reference)
    rungs = read_hints(kata)
    rung = 1 if again else min(_rungs_seen(course, kata) + 1, len(rungs))
    _remember(course, kata, rung)
    if as_json:
        content = {"kata": kata.id, "rung": rung, "rungs": len(rungs), "text": rungs[rung - 1]}
        click.echo(msgspec.json.encode(content).decode())
        return
    from pytest_mlinfra.reports import markdown  # noqa: PLC0415 - not for programs

    click.echo(f"Hint {rung} of {len(rungs)} for {kata.number} {kata.manifest.title}\n")
    click.echo(
        markdown.render(rungs[rung - 1], width=terminal_width(), colour=wants_colour()), nl=False
    )
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
    """Keep in mind that `rung` was shown; where nothing can be written, only that is lost."""
    path = course.root / STATE_FOLDER / "hints.json"
    with contextlib.suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(msgspec.json.encode(_memory(course) | {kata.id: rung}))
