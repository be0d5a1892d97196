"""`mlinfra redteam`: play every trick against the grading, and see whether it holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pytest_mlinfra.cli.common import course_here, json_option, kata_option
from pytest_mlinfra.cli.main import ExitCode
from pytest_mlinfra.errors import UsageError
from pytest_mlinfra.katas.model import Kata

if TYPE_CHECKING:
    from pytest_mlinfra.runs.redteam import Attempt, Campaign

# Where the course keeps its tricks, below its root; the kata that they are written for.
_FOLDER = Path("tests") / "redteam"
_KATA = "030"


@click.command("redteam")
@click.option("--trick", "names", multiple=True, metavar="NAME", help="Only that trick.")
@click.option("--without", multiple=True, metavar="LAYER", help="Leave a layer away.")
@kata_option
@json_option
def command(
    names: tuple[str, ...], without: tuple[str, ...], reference: str | None, as_json: bool
) -> int:
    """Try to be marked better than a wrong answer deserves, in every way that is known.

    A trick has won if it is given a point more than the wrong answer is given without it.
    The honest reference is graded before and after, and has to be given full marks.
    """
    from pytest_mlinfra.runs.redteam import play, tricks_in  # noqa: PLC0415 - when it is used

    course = course_here()
    kata = course.entry(reference or _KATA)
    if not isinstance(kata, Kata) or kata.manifest.suite is not None:
        raise UsageError("tricks are played in a kata whose tests are the course's own")
    folder = course.root / _FOLDER
    tricks = [each for each in tricks_in(folder) if not names or each.name in names]
    if not tricks:
        raise UsageError(f"there is no trick of that name; see {folder}")
    wrong = (folder / "control" / "wrong_answer.py").read_text("utf-8")
    tell = (lambda _attempt: None) if as_json else _tell
    campaign = play(kata, tricks, wrong, without, tell)
    if as_json:
        import msgspec  # noqa: PLC0415 - one of two

        click.echo(msgspec.json.format(msgspec.json.encode(campaign), indent=2))
    else:
        click.echo(_summary(campaign))
    return ExitCode.OK if campaign.is_held else ExitCode.FALLS_SHORT


def _tell(attempt: Attempt) -> None:
    mark = "WON" if attempt.won else "held"
    left = f", {attempt.left} processes left" if attempt.left else ""
    click.echo(f"{mark:5}{attempt.trick:36}{attempt.points:5g}  {attempt.layer}{left}")


def _summary(campaign: Campaign) -> str:
    won = sum(attempt.won for attempt in campaign.attempts)
    left = sum(attempt.left for attempt in campaign.attempts)
    return (
        f"\n{won} of {len(campaign.attempts)} tricks won; the wrong answer alone is given "
        f"{campaign.wrong:g} of {campaign.max_points:g}, the reference "
        f"{'full marks' if campaign.honest else 'LESS THAN FULL MARKS'}.\n"
        f"Processes left: {left}. Isolation: {campaign.isolation}."
    )
