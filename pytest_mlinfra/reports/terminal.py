"""The report as a person reads it in a terminal."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.report import Report
from pytest_mlinfra.grading.result import Outcome
from pytest_mlinfra.grading.verdict import State, Verdict


@dataclass(frozen=True)
class _Look:
    mark: str
    style: str


_LOOKS = {
    State.DONE: _Look("✓", "green"),
    State.FAILING: _Look("✗", "red"),
    State.PENDING: _Look("·", "dim"),
    State.UNCLEAN: _Look("◐", "yellow"),
    State.BROKEN: _Look("!", "magenta"),
}
_BAR_COLUMNS = 30
_NAME_COLUMNS = 10


def render(report: Report, *, width: int = 80, colour: bool = False) -> str:
    """Progress, a line per kata, and what to do next.

    Args:
        report: the report.
        width: columns of the terminal.
        colour: whether to write codes for colour.
    """
    lines = [*overview(report, width), Text(), *advice(report, width)]
    return render_lines(lines, width=width, colour=colour)


def render_lines(lines: Iterable[Text], *, width: int, colour: bool) -> str:
    """Lines as text, with a newline after each."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        soft_wrap=True,
    )
    for line in lines:
        line.rstrip()
        console.print(line)
    return stream.getvalue()


def overview(report: Report, width: int) -> Iterator[Text]:
    """A progress bar per track, and a line per kata."""
    for track, verdicts in report.tracks.items():
        yield _bar(track, verdicts)
    yield Text()
    title_columns = max(20, min(40, width - 40))
    for verdict in report.verdicts:
        look = _LOOKS[verdict.state]
        line = Text(f"  {look.mark} ", style=look.style)
        line.append(f"{verdict.number} ", style="bold")
        line.append(f"{textwrap.shorten(verdict.title, title_columns):{title_columns}} ")
        line.append(f"{_state(verdict):<19}", style=look.style)
        line.append(f"{_points(verdict.points, verdict.max_points):>9}")
        yield line
    if len(report.verdicts) > 1:
        katas = f"{report.done} of {len(report.verdicts)} katas done"
        points = f"{_points(report.points, report.max_points)} points"
        yield Text()
        yield Text(f"  {katas}, {points}", style="bold")


def _bar(track: str, verdicts: Sequence[Verdict]) -> Text:
    done = sum(verdict.state is State.DONE for verdict in verdicts)
    filled = _BAR_COLUMNS * done // len(verdicts)
    line = Text(f"{track:{_NAME_COLUMNS}}")
    line.append("█" * filled, style="green")
    line.append("░" * (_BAR_COLUMNS - filled), style="dim")
    line.append(f"  {done}/{len(verdicts)}")
    return line


def _state(verdict: Verdict) -> str:
    return f"{verdict.state} (in part)" if verdict.is_partial else str(verdict.state)


def _points(points: float, max_points: float) -> str:
    return f"{points:g}/{max_points:g}"


def advice(report: Report, width: int) -> Iterator[Text]:
    """What to do next; for a submission, what every kata falls short of."""
    if not report.verdicts:
        return
    if report.next is None:
        yield Text("Everything is done.", style="bold green")
    elif report.handed_in:
        for verdict in report.verdicts:
            if verdict.state is not State.DONE:
                yield from explain(verdict, width)
    else:
        yield from explain(report.next, width, first_word="Next: ")


def explain(verdict: Verdict, width: int, first_word: str = "") -> Iterator[Text]:
    """One kata: where it stands, what to open, its first failure, and where help is."""
    minutes = f", about {verdict.minutes} minutes" if verdict.minutes else ""
    yield Text(f"{first_word}{verdict.number} {verdict.title}{minutes}", style="bold")
    for path in verdict.files:
        yield _labelled("open", path)
    if verdict.state is not State.BROKEN:
        yield _labelled("read", verdict.statement)
    if verdict.first_failure is not None:
        yield Text()
        yield from _message(verdict.first_failure, width, _LOOKS[verdict.state])
        yield Text()
    failures = sum(result.outcome is not Outcome.PASSED for result in verdict.results)
    if verdict.state in (State.FAILING, State.UNCLEAN) and failures > 1:
        count = f"{failures} of its {len(verdict.results)} checks"
        yield Text(f"  {count} are not passed yet", style="dim")
    if verdict.state in (State.FAILING, State.PENDING, State.UNCLEAN):
        yield _labelled("hint", f"make hint KATA={verdict.number}")
    yield Text()


def _message(message: Message, width: int, look: _Look) -> Iterator[Text]:
    first, *rest = textwrap.wrap(message.headline, max(width - 4, 40)) or [""]
    yield Text(f"  {look.mark} {first}", style=f"bold {look.style}")
    for line in rest:
        yield Text(f"    {line}", style=f"bold {look.style}")
    if message.evidence:
        yield Text()
        for line in message.evidence.splitlines():
            yield Text(f"    {line}")
    if message.place:
        yield Text()
        yield _labelled("look at", message.place)


def _labelled(label: str, content: str) -> Text:
    line = Text(f"  {label:<8}", style="cyan")
    line.append(content, style="default")
    return line
