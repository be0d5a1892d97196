"""The whole picture: heading, axis, rows, retries and legend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from html import escape

from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.figures import peak_in_flight
from pytest_mlinfra.fleet.timeline.labels import without_middle
from pytest_mlinfra.fleet.timeline.legend import legend_of
from pytest_mlinfra.fleet.timeline.rows import Row, table_of
from pytest_mlinfra.fleet.timeline.scale import Line, fit
from pytest_mlinfra.fleet.timeline.svg.bars import MARK_WIDTH, Bar, in_words
from pytest_mlinfra.fleet.timeline.svg.elements import (
    Box,
    line,
    number,
    path,
    rectangle,
    text,
    titled,
)
from pytest_mlinfra.fleet.timeline.svg.legend import Legend
from pytest_mlinfra.fleet.timeline.svg.style import STYLE
from pytest_mlinfra.fleet.timeline.ticks import shown_seconds, ticks_of
from pytest_mlinfra.fleet.timeline.view import View, last_moment

MOST_ROWS = 200
_WIDTH = 960.0
_MARGIN = 20.0
_HEAD = 70.0  # heading and axis
_LETTER = 0.61  # the width of a character of the size 1
_MOST_LETTERS = 38
# The height of a row and the size of its text, up to so many rows.
_DENSITIES = ((40, 22.0, 12.0), (90, 15.0, 10.0), (MOST_ROWS, 11.0, 8.5))


def draw(exchanges: Sequence[Exchange], title: str, view: View | None = None) -> str:
    """One bar per exchange over time, from its start through its first byte to its end.

    Args:
        exchanges: in the order to be drawn; there may be none.
        title: what the picture shows.
        view: how to look at them.

    Returns:
        The text of an SVG document that may also stand within a page.
    """
    view = view or View(most_rows=MOST_ROWS)
    if exchanges:
        picture = _Picture(exchanges, view)
        height, content = picture.height, list(picture.elements())
    else:
        height, content = _HEAD, [text("soft", _MARGIN, 52, "no request arrived")]
    # Several pictures may stand within one page, where names have to differ.
    name = blake2b("".join((title, *content)).encode(), digest_size=4).hexdigest()
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" class="mlinfra-timeline" role="img"',
            f'  viewBox="0 0 {number(_WIDTH)} {number(height)}" width="{number(_WIDTH)}"',
            f'  height="{number(height)}" aria-labelledby="title-{name} desc-{name}">',
            f'<title id="title-{name}">{escape(title)}</title>',
            f'<desc id="desc-{name}">{escape(describe(exchanges))}</desc>',
            f"<style>\n{STYLE}\n</style>",
            rectangle("page", Box(0.5, 0.5, _WIDTH - 1, height - 1), radius=8),
            text("heading", _MARGIN, 28, title),
            *content,
            "</svg>\n",
        ]
    )


def describe(exchanges: Sequence[Exchange]) -> str:
    """The picture in a sentence, for those who cannot see it."""
    if not exchanges:
        return "No request arrived."
    seconds = shown_seconds(last_moment(exchanges) - exchanges[0].started)
    outcomes = Counter(each.outcome for each in exchanges).most_common()
    told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes)
    return (
        f"Requests: {len(exchanges)} in {seconds}, {told}. "
        f"In flight at once: at most {peak_in_flight(exchanges)}."
    )


class _Picture:
    def __init__(self, exchanges: Sequence[Exchange], view: View) -> None:
        self.epoch = view.zero(exchanges)
        self.until = view.end(exchanges)
        self.table = table_of(exchanges, view.most_rows, _MOST_LETTERS, "…")
        rows = self.table.rows
        _, self.row_height, self.size = next(
            (each for each in _DENSITIES if len(rows) <= each[0]), _DENSITIES[-1]
        )
        letter = self.size * _LETTER
        labels = max(len(text) for text in (self.table.corner, *(row.label for row in rows)))
        notes = max(len(row.note) for row in rows)
        self.left = _MARGIN + labels * letter + 14
        self.right = _WIDTH - _MARGIN - min(notes, _MOST_LETTERS) * letter - 26
        along = Line(self.right - self.left, cut_width=24, tail=0, finest=3)
        self.scale = fit(exchanges, self.until, along)
        self.legend = Legend(legend_of(self.table, self.scale), _MARGIN, _WIDTH - _MARGIN)
        self.bottom = _HEAD + len(rows) * self.row_height
        self.height = self.bottom + 16 + (self.legend.height + 8 if self.legend.height else 0)

    def elements(self) -> Iterator[str]:
        yield from self._stripes()
        yield from self._axis()
        yield from self._retries()
        for place, row in enumerate(self.table.rows):
            yield from self._row(row, self._middle(place))
        yield from self._cuts()
        yield from self.legend.elements(self.bottom + 12)

    def _middle(self, place: int) -> float:
        return _HEAD + (place + 0.5) * self.row_height

    def _stripes(self) -> Iterator[str]:
        """Every second row a little darker, to lead the eye from label to note."""
        for place in range(0, len(self.table.rows), 2):
            top = _HEAD + place * self.row_height
            width = _WIDTH - 2 * _MARGIN + 12
            yield rectangle("band", Box(_MARGIN - 6, top, width, self.row_height))

    def _axis(self) -> Iterator[str]:
        yield text("soft", _MARGIN, _HEAD - 10, self.table.corner, self.size)
        ticks = ticks_of(self.scale, self.epoch, _width_of, _WIDTH - _MARGIN - self.left)
        for tick in ticks:
            x = self.left + tick.at
            yield line("grid", x, _HEAD - 6, x, self.bottom)
            yield text("soft", x, _HEAD - 10, tick.label, 11)

    def _row(self, row: Row, middle: float) -> Iterator[str]:
        baseline = middle + self.size * 0.35
        exchange = row.exchanges[0]
        yield f'<g class="{exchange.outcome.replace(" ", "-")}">'
        if row.is_elided:
            under_way = any(each.ended is None for each in row.exchanges)
            end = self.until if under_way else last_moment(row.exchanges)
            x = self.left + self.scale.at(exchange.started)
            yield line("elided", x, middle, self.left + self.scale.at(end), middle)
        else:
            yield titled(in_words(exchange))
            bar = Bar(self.left, middle, self.row_height * 0.62)
            yield from bar.draw(exchange, self.scale, self.until)
        yield "</g>"
        kind = "soft" if row.is_elided else ""
        yield text(kind, _MARGIN, baseline, row.label, self.size)
        yield text(
            "soft",
            self.right + 26,
            baseline,
            without_middle(row.note, _MOST_LETTERS, "…"),
            self.size,
        )

    def _retries(self) -> Iterator[str]:
        """From each failure a dotted line, forward and down to the request that repeats it."""
        places = {
            row.exchanges[0].number: (self._middle(place), row.exchanges[0])
            for place, row in enumerate(self.table.rows)
            if not row.is_elided
        }
        for middle, exchange in places.values():
            if exchange.retry_of not in places:
                continue
            above, failed = places[exchange.retry_of]
            x = self.left + self.scale.at(exchange.started)
            end = self.left + self.scale.at(failed.ended or failed.started) + MARK_WIDTH
            yield path("retry", ("M", min(end, x), above), ("L", x, above), ("L", x, middle))

    def _cuts(self) -> Iterator[str]:
        """A gap in every bar that reaches over a cut, and two strokes on the axis."""
        for cut in self.scale.cuts:
            left, right = self.left + cut.left + 8, self.left + cut.right - 8
            box = Box(left, _HEAD, right - left, self.bottom - _HEAD)
            yield rectangle("gap", box, radius=0)
            for x in (left, right):
                yield line("cut", x - 3, _HEAD + 5, x + 3, _HEAD - 7)
                yield line("cut", x - 3, self.bottom + 6, x + 3, self.bottom - 6)


def _width_of(label: str) -> float:
    return len(label) * 11 * _LETTER
