"""Exchanges drawn as bars of characters, for a terminal and for a failing test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.timeline.characters import CUT, UNICODE, Characters
from pytest_mlinfra.fleet.timeline.labels import without_middle
from pytest_mlinfra.fleet.timeline.legend import legend_of
from pytest_mlinfra.fleet.timeline.rows import Row, table_of
from pytest_mlinfra.fleet.timeline.scale import Line, fit
from pytest_mlinfra.fleet.timeline.ticks import ticks_of
from pytest_mlinfra.fleet.timeline.view import View, last_moment

NARROWEST = 60
_LABEL_SHARE = 0.4  # of the width, at most
_NOTE_SHARE = 0.3


def draw(
    exchanges: Sequence[Exchange],
    width: int = 80,
    view: View | None = None,
    characters: Characters = UNICODE,
) -> str:
    """One row per exchange: who was asked for what, when, for how long, and the outcome.

    Args:
        exchanges: in the order to be drawn.
        width: the most columns to use, at least 60.
        view: how to look at them.
        characters: what to draw with.

    Returns:
        Lines without a newline at the end: the axis, the rows, and a legend of the
        marks that occur.
    """
    if not exchanges:
        return "no request arrived"
    lines = _Picture(exchanges, width, view or View(), characters).lines()
    return "\n".join(lines).replace("µ", characters.micro)


class _Picture:
    def __init__(
        self, exchanges: Sequence[Exchange], width: int, view: View, characters: Characters
    ) -> None:
        self.characters = characters
        self.width = max(width, NARROWEST)
        self.epoch = view.zero(exchanges)
        self.until = view.end(exchanges)
        room = int(self.width * _LABEL_SHARE)
        self.table = table_of(exchanges, view.most_rows, room, characters.ellipsis)
        labels = (self.table.corner, *(row.label for row in self.table.rows))
        notes = (row.note for row in self.table.rows)
        self.label_columns = max(map(len, labels))
        self.note_columns = min(int(self.width * _NOTE_SHARE), max(map(len, notes)))
        self.columns = self.width - self.label_columns - self.note_columns - 2
        line = Line(self.columns, cut_width=len(CUT), tail=1, finest=1)
        self.scale = fit(exchanges, self.until, line)

    def lines(self) -> Iterator[str]:
        yield from self._axis()
        for row in self.table.rows:
            note = without_middle(row.note, self.note_columns, self.characters.ellipsis)
            yield f"{row.label:{self.label_columns}} {self._bar(row)} {note}".rstrip()
        yield from self._legend()

    def _axis(self) -> Iterator[str]:
        labels, line = " " * self.width, self.characters.line * self.columns
        for tick in ticks_of(self.scale, self.epoch, len, self.columns + self.note_columns):
            place = min(_column(tick.at), self.columns - 1)
            labels = _over(labels, place, tick.label)
            line = _over(line, place, self.characters.tick)
        for cut in self.scale.cuts:
            line = _over(line, _column(cut.left), CUT)
        yield f"{self.table.corner:{self.label_columns}} {labels}".rstrip()
        yield f"{'':{self.label_columns}} {line}"

    def _bar(self, row: Row) -> str:
        if row.is_elided:
            start = row.exchanges[0].started
            under_way = any(each.ended is None for each in row.exchanges)
            end = self.until if under_way else last_moment(row.exchanges)
            return self._filled(start, [(end, self.characters.elided)])
        exchange = row.exchanges[0]
        end = self.until if exchange.ended is None else exchange.ended
        phases = []
        if exchange.queued_from is not None and exchange.queued_until is not None:
            phases.append((exchange.queued_from, self.characters.waiting))
            phases.append((exchange.queued_until, self.characters.queued))
        first_byte = end if exchange.first_byte is None else exchange.first_byte
        phases.append((first_byte, self.characters.waiting))
        phases.append((end, self.characters.streaming))
        mark = self.characters.ends.get(exchange.outcome, "")
        return self._filled(exchange.started, phases, mark)

    def _filled(self, start: float, phases: Sequence[tuple[float, str]], mark: str = "") -> str:
        """A line with the phases of a bar, each up to its moment, and a mark at its end."""
        line = " " * self.columns
        first = place = min(_column(self.scale.at(start)), self.columns - 1)
        for until, character in phases:
            after = _column(self.scale.at(until))
            line = _over(line, place, character * (after - place))
            place = max(place, after)
        if place == first:
            return _over(line, first, mark or self.characters.instant)
        for cut in self.scale.cuts:
            left = _column(cut.left)
            if first <= left < place:
                line = _over(line, left, CUT)
        return _over(line, place - 1, mark)

    def _legend(self) -> Iterator[str]:
        marks: dict[str, str] = {
            "queued": self.characters.queued,
            "waiting": self.characters.waiting,
            "streaming": self.characters.streaming,
            "connection": "#1",
            "cut": CUT,
        }
        marks.update({str(outcome): mark for outcome, mark in self.characters.ends.items()})
        line = ""
        for name, words in legend_of(self.table, self.scale):
            if name == "retry":
                continue  # it is told in words beside the bar
            entry = f"{marks.get(name, '')} {words}".lstrip()
            if line and len(line) + 3 + len(entry) > self.width:
                yield line
                line = ""
            line = f"{line}   {entry}" if line else entry
        if line:
            yield line


def _column(place: float) -> int:
    return int(place + 0.5)


def _over(line: str, place: int, text: str) -> str:
    """`line` with `text` written over it from `place` on."""
    return line[:place] + text + line[place + len(text) :]
