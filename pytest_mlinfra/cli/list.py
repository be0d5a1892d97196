"""`mlinfra list`: the katas, without grading them."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from pytest_mlinfra.cli.common import course_here, json_option
from pytest_mlinfra.katas.library import BrokenKata
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.stub import is_untouched
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.places import shown


@click.command("list")
@json_option
def command(as_json: bool) -> None:
    """List the katas in the order of the course."""
    course = course_here()
    own = Submission.of(course, None)
    rows = [_row(entry, own) for entry in course.entries]
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(rows), indent=2))
        return
    for row in rows:
        title = row["title"] if row["error"] is None else f"broken: {row['error']}"
        click.echo(
            f"{row['number']}  {row['track']:<8} {row['minutes']:>3} min  "
            f"{'begun' if row['begun'] else '':<6} {title}"
        )


def _row(entry: Kata | BrokenKata, own: Submission) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": entry.id,
        "number": entry.name[:3],
        "track": entry.track,
        "folder": shown(entry.folder),
        "error": None,
    }
    if isinstance(entry, BrokenKata):
        unknown = {"title": entry.slug, "minutes": 0, "concepts": (), "begun": False}
        return row | unknown | {"error": str(entry.error)}
    return row | {
        "title": entry.manifest.title,
        "minutes": entry.manifest.minutes,
        "concepts": entry.manifest.concepts,
        "begun": not is_untouched(entry, own),
    }
