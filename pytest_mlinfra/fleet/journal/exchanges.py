"""A sequence of exchanges, and the questions that one may ask about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from pytest_mlinfra.fleet.exchange import Exchange, Outcome
from pytest_mlinfra.fleet.expectations import Expectation
from pytest_mlinfra.fleet.figures import Figures
from pytest_mlinfra.fleet.journal import export
from pytest_mlinfra.fleet.journal.connection import ConnectionRecord
from pytest_mlinfra.fleet.timeline import draw_svg, draw_text


@dataclass(frozen=True)
class Background:
    """What a selection of exchanges knows of the journal that it was taken from.

    Attributes:
        epoch: where the timeline counts its seconds from; None for the first start.
        connections: the connections that were made, by number.
        forgotten: how many older requests the journal has had to forget.
        everything: the exchanges that they were chosen from.
    """

    epoch: float | None = None
    connections: Mapping[int, ConnectionRecord] = field(default_factory=dict)
    forgotten: int = 0
    everything: Sequence[Exchange] = ()


class Exchanges(Figures):
    """Exchanges in order of arrival: what questions to a journal give, and take further questions.

    Args:
        exchanges: in order of arrival.
        background: what is known of the journal that they were taken from.
    """

    def __init__(
        self, exchanges: Iterable[Exchange] = (), background: Background | None = None
    ) -> None:
        self._exchanges = list(exchanges)
        self._background = background or Background()

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> Exchanges: ...
    def __getitem__(self, index: int | slice) -> Exchange | Exchanges:
        if isinstance(index, slice):
            return self._derived(self._exchanges[index])
        return self._exchanges[index]

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self._exchanges)

    def __len__(self) -> int:
        return len(self._exchanges)

    def __repr__(self) -> str:
        count = "1 exchange" if len(self) == 1 else f"{len(self)} exchanges"
        return f"<{type(self).__name__} of {count}>"

    # Which exchanges: each gives those of these that match.

    def of(self, model: str) -> Exchanges:
        """With one model."""
        return self.where(lambda each: each.model == model)

    def to(self, path: str) -> Exchanges:
        """On one path, without its query."""
        return self.where(lambda each: each.path == path)

    def on_route(self, path: str) -> Exchanges:
        """That one route answered, for instance ``/v1/models/{model}``."""
        return self.where(lambda each: each.route == path)

    def with_method(self, method: str) -> Exchanges:
        """With one method."""
        return self.where(lambda each: each.method == method.upper())

    def with_status(self, *codes: int) -> Exchanges:
        """Answered with one of these status codes."""
        return self.where(lambda each: each.status in codes)

    def with_outcome(self, *outcomes: Outcome) -> Exchanges:
        """That ended in one of these ways."""
        return self.where(lambda each: each.outcome in outcomes)

    def with_fault(self, kind: str) -> Exchanges:
        """That a fault of this kind befell, for instance ``latency``."""
        return self.where(lambda each: kind in each.faults)

    def on_connection(self, number: int) -> Exchanges:
        """That came on one connection."""
        return self.where(lambda each: each.connection == number)

    def between(self, start: float, end: float) -> Exchanges:
        """That started at `start` or later and before `end`, in seconds of the loop's clock."""
        return self.where(lambda each: start <= each.started < end)

    def where(self, condition: Callable[[Exchange], bool]) -> Exchanges:
        """For which `condition` is true."""
        return self._derived(each for each in self._exchanges if condition(each))

    @property
    def cancelled(self) -> Exchanges:
        """That the client broke off by going away."""
        return self.with_outcome("cancelled")

    @property
    def retries(self) -> Exchanges:
        """That repeat a request which had failed."""
        return self.where(lambda each: each.attempt > 1)

    @property
    def series(self) -> list[Exchanges]:
        """Each request together with the retries of it, in order of the first attempts."""
        chains: dict[int, list[Exchange]] = {}
        first_of: dict[int, int] = {}
        for each in self._exchanges:
            first = first_of.get(each.retry_of, each.number) if each.retry_of else each.number
            first_of[each.number] = first
            chains.setdefault(first, []).append(each)
        return [self._derived(chain) for chain in chains.values()]

    @property
    def bodies(self) -> list[Any]:
        """The JSON of each one's body; None for an empty one.

        Raises:
            FleetError: one of them is not valid JSON, or was not kept.
        """
        return [each.json() if each.bytes_in else None for each in self]

    # One exchange.

    @property
    def first(self) -> Exchange:
        """The one that arrived first.

        Raises:
            ExpectationError: there is none.
        """
        __tracebackhide__ = True
        self.expect().some()
        return self._exchanges[0]

    @property
    def last(self) -> Exchange:
        """The one that arrived last.

        Raises:
            ExpectationError: there is none.
        """
        __tracebackhide__ = True
        self.expect().some()
        return self._exchanges[-1]

    @property
    def only(self) -> Exchange:
        """The only one.

        Raises:
            ExpectationError: there is none, or more than one.
        """
        __tracebackhide__ = True
        self.expect(1)
        return self._exchanges[0]

    # Connections, as far as these came on them.

    @property
    def connection_records(self) -> list[ConnectionRecord]:
        """The connections that they came on: when each was opened and closed."""
        known = self.background.connections
        return [known[number] for number in self.requests_per_connection if number in known]

    # Showing and expecting.

    def expect(self, count: int | None = None, noun: str = "requests") -> Expectation:
        """Begin a sentence about them that fails with a picture if it is not true.

        Example::

            journal.to("/health").expect(5, "health checks").in_flight_together()

        Args:
            count: how many there have to be; None for any number.
            noun: what a failure calls them, in the plural.

        Raises:
            ExpectationError: there are not `count` of them.
        """
        __tracebackhide__ = True
        return Expectation(self, noun).count(count)

    def timeline(self, width: int = 80, *, ascii_only: bool | None = None) -> str:
        """The exchanges as bars over time.

        Args:
            width: the most columns to use, at least 60.
            ascii_only: whether to draw with ASCII alone; None for: only if standard
                output cannot do better.
        """
        return draw_text(self, width, epoch=self.background.epoch, ascii_only=ascii_only)

    def timeline_svg(self, title: str = "Requests over time") -> str:
        """The same as the text of an SVG picture, for light pages and dark ones."""
        return draw_svg(self, title, epoch=self.background.epoch)

    def as_json(self) -> str:
        """An array with an object for each; its keys are the attributes of `Exchange`."""
        return export.as_json(self)

    def as_ndjson(self) -> str:
        """The same objects, one a line."""
        return export.as_ndjson(self)

    def as_text(self) -> str:
        """One aligned line for each, below a line of headings."""
        return export.as_text(self, self.background.epoch)

    @property
    def background(self) -> Background:
        """What is known of the journal that they were taken from."""
        return self._background

    def _derived(self, exchanges: Iterable[Exchange]) -> Exchanges:
        return Exchanges(exchanges, self.background)
