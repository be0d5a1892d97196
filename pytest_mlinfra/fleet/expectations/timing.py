"""Sentences about time. On the virtual clock times are exact; elsewhere say how near."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from pytest_mlinfra.fleet.expectations.claim import Claim
from pytest_mlinfra.fleet.expectations.words import close, listed_seconds
from pytest_mlinfra.fleet.timeline.ticks import shown_seconds


class Timing(Claim):
    """How long they took, and how far apart they were."""

    def gaps(self, seconds: Sequence[float], *, within: float = 0.0) -> Self:
        """From each one's end to the next one's start it took so many seconds.

        Example::

            journal.expect().gaps([1, 2, 4])

        Args:
            seconds: one fewer than there are requests.
            within: how many seconds each may be off; 0 for exactly.

        Raises:
            ExpectationError: it took another time, or there are more or fewer.
        """
        __tracebackhide__ = True
        unfinished = any(each.ended is None for each in self._exchanges[:-1])
        expected = f"expected pauses of {listed_seconds(seconds)} between {self._noun}"
        self._unless(not unfinished, f"{expected}, but one that another follows has not ended")
        return self._are(self._exchanges.gaps, seconds, within, expected)

    def starts_apart(self, seconds: Sequence[float], *, within: float = 0.0) -> Self:
        """From each one's start to the next one's it took so many seconds.

        Args:
            seconds: one fewer than there are requests.
            within: how many seconds each may be off; 0 for exactly.

        Raises:
            ExpectationError: it took another time, or there are more or fewer.
        """
        __tracebackhide__ = True
        expected = f"expected {self._noun} to start {listed_seconds(seconds)} apart"
        return self._are(self._exchanges.gaps_between_starts, seconds, within, expected)

    def took(self, seconds: float | Sequence[float], *, within: float = 0.0) -> Self:
        """Each has ended after so many seconds.

        Args:
            seconds: one time for each, or one for all of them.
            within: how many seconds each may be off; 0 for exactly.

        Raises:
            ExpectationError: one took another time, or is still in flight.
        """
        __tracebackhide__ = True
        expected = seconds if isinstance(seconds, Sequence) else [seconds] * len(self._exchanges)
        seen = self._exchanges.durations
        open_ones = self._exchanges.in_flight
        still = f", and {open_ones} still in flight" if open_ones else ""
        return self._unless(
            close(seen, expected, within),
            f"expected {self._noun} to take {listed_seconds(expected)}, "
            f"saw {listed_seconds(seen)}{still}",
        )

    def within(self, seconds: float) -> Self:
        """From the first start to the last end no more than so many seconds went by.

        Raises:
            ExpectationError: it took longer, or one is still in flight.
        """
        __tracebackhide__ = True
        ends = [each.ended for each in self._exchanges if each.ended is not None]
        whole = f"expected {self._all} to be over within {shown_seconds(seconds)}"
        self._unless(
            len(ends) == len(self._exchanges),
            f"{whole}, saw {self._exchanges.in_flight} still in flight",
        )
        taken = round(max(ends) - self._exchanges[0].started, 9) if ends else 0.0
        return self._unless(taken <= seconds, f"{whole}, it took {shown_seconds(taken)}")

    def _are(
        self, seen: Sequence[float], wanted: Sequence[float], within: float, expected: str
    ) -> Self:
        __tracebackhide__ = True
        return self._unless(close(seen, wanted, within), f"{expected}, saw {listed_seconds(seen)}")
