"""Figures about a sequence of exchanges, all exact to the nanosecond."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.exchange import Exchange

_WHOLE = 100  # percent


class Figures(Sequence[Exchange]):
    """What can be counted and measured about exchanges in order of arrival."""

    # In flight.

    @property
    def in_flight(self) -> int:
        """How many of them have not ended."""
        return sum(each.ended is None for each in self)

    @property
    def peak_in_flight(self) -> int:
        """The largest number of them that were being served at one moment."""
        return peak_in_flight(self)

    @property
    def overlaps(self) -> list[tuple[Exchange, Exchange]]:
        """Each pair that was in flight together, the earlier one first."""
        return list(overlapping(self))

    # Time.

    @property
    def gaps(self) -> list[float]:
        """The seconds from each one's end to the next one's start; below 0 if they overlap.

        Raises:
            FleetError: one that another follows has not ended.
        """
        return [_gap(first, second) for first, second in pairwise(self)]

    @property
    def gaps_between_starts(self) -> list[float]:
        """The seconds from each one's start to the next one's."""
        return [round(second.started - first.started, 9) for first, second in pairwise(self)]

    @property
    def durations(self) -> list[float]:
        """The seconds that each took, without those still in flight."""
        return [each.seconds for each in self if each.seconds is not None]

    def percentile(self, percent: float) -> float:
        """The duration that `percent` of them do not exceed: one that occurred (nearest rank).

        Args:
            percent: above 0, at most 100.

        Raises:
            FleetError: none has ended, or there is no such percentage.
        """
        durations = sorted(self.durations)
        if not durations:
            raise FleetError("no request has ended, so there is no percentile of durations")
        if not 0 < percent <= _WHOLE:
            raise FleetError(f"a percentile is above 0 and at most 100, not {percent:g}")
        rank = math.ceil(round(len(durations) * percent / _WHOLE, 9))
        return durations[rank - 1]

    @property
    def per_second(self) -> list[int]:
        """How many ended in each second, counted from the first one's start."""
        if not self:
            return []
        ends = [each.ended for each in self if each.ended is not None]
        counted = Counter(int(round(end - self[0].started, 9)) for end in ends)
        return [counted[second] for second in range(max(counted, default=-1) + 1)]

    @property
    def throughput(self) -> float:
        """How many ended per second, from the first start to the last end.

        Raises:
            FleetError: none has ended, or all of them in no time.
        """
        ends = [each.ended for each in self if each.ended is not None]
        if not ends:
            raise FleetError("no request has ended, so there is no throughput")
        seconds = round(max(ends) - self[0].started, 9)
        if not seconds:
            raise FleetError("the requests took no time at all, so there is no throughput")
        return len(ends) / seconds

    # Connections.

    @property
    def connections(self) -> int:
        """How many connections they came on."""
        return len(self.requests_per_connection)

    @property
    def requests_per_connection(self) -> dict[int, int]:
        """How many of them came on each connection, by its number."""
        return dict(Counter(each.connection for each in self))


def peak_in_flight(exchanges: Iterable[Exchange]) -> int:
    """The largest number of `exchanges` that were being served at one moment."""
    changes = []
    for each in exchanges:
        changes.append((each.arrival, 1))
        if each.departure is not None:
            changes.append((each.departure, -1))
    peak = current = 0
    for _, change in sorted(changes):
        current += change
        peak = max(peak, current)
    return peak


def overlapping(exchanges: Iterable[Exchange]) -> Iterator[tuple[Exchange, Exchange]]:
    """Each pair of `exchanges` that was in flight together, one after another."""
    under_way: list[Exchange] = []
    for exchange in exchanges:
        under_way = [each for each in under_way if _outlasts(each, exchange)]
        yield from ((each, exchange) for each in under_way)
        under_way.append(exchange)


def _outlasts(one: Exchange, other: Exchange) -> bool:
    """Whether `one` was still in flight when `other` arrived."""
    return one.departure is None or one.departure > other.arrival


def _gap(one: Exchange, following: Exchange) -> float:
    if one.ended is None:
        raise FleetError(f"request {one.number} is still in flight: no gap follows it yet")
    return round(following.started - one.ended, 9)
