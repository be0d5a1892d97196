"""The report as a person reads it in a terminal."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.report import Report
from pytest_mlinfra.grading.result import Outcome
from pytest_mlinfra.grading.verdict import State, Verdict
from pytest_mlinfra.reports.console import console_for


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
# Columns of the parts of a line; a bar, and a title, takes what is left over for it.
_NAME = 10
_LONGEST_BAR = 30
_COUNT = 8
_STATE = 19
_POINTS = 9
_LONGEST_TITLE = 40
# Lines that one line of evidence may become.
_MOST_PARTS = 4
# In fewer columns the mark has to do without its word.
_ENOUGH_FOR_WORDS = 60


def render(report: Report, *, width: int = 80, colour: bool = False) -> str:
    """Progress, a line per kata, and what to do next.

    Args:
        report: the report.
        width: columns of the terminal, at least 40.
        colour: whether to write codes for colour.
    """
    lines = _single_spaced([*overview(report, width), Text(), *advice(report, width)])
    return render_lines(lines, width=width, colour=colour).rstrip("\n") + "\n"


def _single_spaced(lines: Sequence[Text]) -> Iterator[Text]:
    """`lines` without an empty one after an empty one."""
    for before, line in zip([Text(), *lines], lines, strict=False):
        if line.plain or before.plain:
            yield line


def render_lines(lines: Iterable[Text], *, width: int, colour: bool) -> str:
    """Lines as text, with a newline after each."""
    stream = io.StringIO()
    console = console_for(stream, width=width, colour=colour)
    for line in lines:
        line.rstrip()
        console.print(line, soft_wrap=True)
    return stream.getvalue()


def overview(report: Report, width: int) -> Iterator[Text]:
    """A progress bar per track, and a line per kata."""
    for track, verdicts in report.tracks.items():
        yield _bar(track, verdicts, min(_LONGEST_BAR, width - _NAME - _COUNT))
    yield Text()
    for verdict in report.verdicts:
        yield _line(verdict, width)
    if len(report.verdicts) > 1:
        katas = f"{report.done} of {len(report.verdicts)} katas done"
        points = f"{_points(report.points, report.max_points)} points"
        yield Text()
        yield Text(f"  {katas}, {points}", style="bold")


def _bar(track: str, verdicts: Sequence[Verdict], columns: int) -> Text:
    done = sum(verdict.state is State.DONE for verdict in verdicts)
    filled = columns * done // len(verdicts)
    line = Text(f"{track:{_NAME}}")
    line.append("█" * filled, style="green")
    line.append("░" * (columns - filled), style="dim")
    line.append(f"  {done}/{len(verdicts)}")
    return line


def _line(verdict: Verdict, width: int) -> Text:
    look = _LOOKS[verdict.state]
    state = f"{verdict.state:<{_STATE}}" if width >= _ENOUGH_FOR_WORDS else ""
    line = Text()
    line.append(f"  {look.mark} ", style=look.style)
    line.append(f"{verdict.number} ", style="bold")
    title_columns = min(_LONGEST_TITLE, width - line.cell_len - len(state) - _POINTS - 1)
    title = textwrap.shorten(verdict.title, title_columns, placeholder="…")
    line.append(f"{title:{title_columns}} ")
    line.append(state, style=look.style)
    line.append(f"{_points(verdict.points, verdict.max_points):>{_POINTS}}")
    line.append(" in part" if verdict.is_partial else "", style="dim")
    return line


def _points(points: float, max_points: float) -> str:
    return f"{points:g}/{max_points:g}"


def advice(report: Report, width: int) -> Iterator[Text]:
    """What to do next; for a submission, what every kata falls short of."""
    if not report.verdicts:
        return
    if report.next is None:
        yield Text("Everything is done.", style="bold green")
    elif report.handed_in:
        short = [verdict for verdict in report.verdicts if verdict.state is not State.DONE]
        for number, verdict in enumerate(short):
            if number:
                yield Text()
            yield from explain(verdict, width)
    else:
        yield from explain(report.next, width, first_word="Next: ")
        if report.next.state is not State.BROKEN:
            yield _labelled("hint", f"make hint KATA={report.next.number}")


def explain(verdict: Verdict, width: int, first_word: str = "") -> Iterator[Text]:
    """One kata: where it stands, what to open, and its first failure."""
    minutes = f", about {verdict.minutes} minutes" if verdict.minutes else ""
    yield Text(f"{first_word}{verdict.number} {verdict.title}{minutes}", style="bold")
    for path in verdict.files:
        yield _labelled("open", path)
    if verdict.state is not State.BROKEN:
        yield _labelled("read", verdict.statement)
    yield Text()
    if verdict.first_failure is not None:
        yield from _message(verdict.first_failure, width, _LOOKS[verdict.state])
        yield Text()
    failures = sum(result.outcome is not Outcome.PASSED for result in verdict.results)
    if verdict.state in (State.FAILING, State.UNCLEAN) and failures > 1:
        count = f"{failures} of its {len(verdict.results)} checks"
        yield Text(f"  {count} are not passed yet", style="dim")


def _message(message: Message, width: int, look: _Look) -> Iterator[Text]:
    first, *rest = textwrap.wrap(message.headline, max(width - 4, 40)) or [""]
    yield Text(f"  {look.mark} {first}", style=f"bold {look.style}")
    for line in rest:
        yield Text(f"    {line}", style=f"bold {look.style}")
    if message.evidence:
        yield Text()
        for line in message.evidence.splitlines():
            yield from _fitted(line, width)
    if message.place:
        yield Text()
        yield _labelled("look at", message.place)


def _fitted(line: str, width: int) -> Iterator[Text]:
    """A line of evidence, in several if it is too long: pictures never are."""
    parts = textwrap.wrap(
        line,
        max(width - 4, 40),
        subsequent_indent=f"{' ' * (len(line) - len(line.lstrip()))}  ",
        break_on_hyphens=False,
        max_lines=_MOST_PARTS,
        placeholder=" …",
    )
    for part in parts or [""]:
        yield Text(f"    {part}")


def _labelled(label: str, content: str) -> Text:
    line = Text(f"  {label:<8}", style="cyan")
    line.append(content, style="default")
    return line
