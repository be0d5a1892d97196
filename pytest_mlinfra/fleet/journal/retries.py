"""Telling which requests repeat one that failed."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable

from pytest_mlinfra.fleet.exchange import Exchange

# How many failed requests are remembered; those that waited longest are forgotten.
_REMEMBERED = 10_000


class RetrySeries:
    """Remembers failed requests until the same request comes again.

    The same means: to the same model, with the same method, target and body. Each
    failure explains one repetition, so that five clients which ask alike and fail
    alike make five series, and not one.
    """

    def __init__(self) -> None:
        self._remembered = 0
        # The number and the attempt of each failure, by what was asked.
        self._failed: OrderedDict[Hashable, deque[tuple[int, int]]] = OrderedDict()

    def begin(self, exchange: Exchange) -> None:
        """Find out whether `exchange`, which has just arrived, is a repetition."""
        if not self._failed:
            return
        key = _key(exchange)
        if key in self._failed:
            exchange.retry_of, attempt = self._oldest(key)
            exchange.attempt = attempt + 1

    def end(self, exchange: Exchange) -> None:
        """Remember `exchange`, which has just ended, if it failed."""
        if not exchange.failed:
            return
        key = _key(exchange)
        self._failed.setdefault(key, deque()).append((exchange.number, exchange.attempt))
        self._failed.move_to_end(key)
        self._remembered += 1
        if self._remembered > _REMEMBERED:
            self._oldest(next(iter(self._failed)))

    def _oldest(self, key: Hashable) -> tuple[int, int]:
        """The oldest failure of what was asked, which is thereby forgotten."""
        waiting = self._failed[key]
        oldest = waiting.popleft()
        self._remembered -= 1
        if not waiting:
            del self._failed[key]
        return oldest


def _key(exchange: Exchange) -> Hashable:
    request = exchange.request
    return exchange.model, request.method, request.path, request.query, hash(request.body)
