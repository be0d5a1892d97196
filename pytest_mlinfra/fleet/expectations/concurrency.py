"""Sentences about what was in flight when."""

from __future__ import annotations

from typing import Self

from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.expectations.claim import Claim
from pytest_mlinfra.fleet.expectations.words import counted
from pytest_mlinfra.fleet.figures import overlapping


class Concurrency(Claim):
    """How many were in flight at a time."""

    def in_flight_together(self) -> Self:
        """There was a moment at which all of them were in flight.

        Raises:
            ExpectationError: there was none.
        """
        __tracebackhide__ = True
        peak = self._exchanges.peak_in_flight
        return self._unless(
            peak == len(self._exchanges),
            f"expected {self._all} in flight together, saw at most {peak} at a time",
        )

    def peak_in_flight(self, number: int) -> Self:
        """At most `number` were in flight at a time, and once as many.

        Raises:
            ExpectationError: it were more, or never as many.
        """
        __tracebackhide__ = True
        peak = self._exchanges.peak_in_flight
        seen = peak if peak > number else f"at most {peak}"
        return self._unless(
            peak == number,
            f"expected a peak of {counted(number, self._noun)} in flight, saw {seen}",
        )

    def at_most_in_flight(self, number: int) -> Self:
        """Never were more than `number` in flight.

        Raises:
            ExpectationError: there were.
        """
        __tracebackhide__ = True
        peak = self._exchanges.peak_in_flight
        return self._unless(
            peak <= number,
            f"expected at most {counted(number, self._noun)} in flight at a time, saw {peak}",
        )

    def one_at_a_time(self) -> Self:
        """None was in flight while another was.

        Raises:
            ExpectationError: two were; the failure names the first two.
        """
        __tracebackhide__ = True
        pair = next(overlapping(self._exchanges), None)
        if pair is None:
            return self
        first, second = pair
        return self._unless(
            False,
            f"expected {self._noun} one at a time, but {_told(second)} arrived "
            f"while {_told(first)} was in flight",
        )


def _told(exchange: Exchange) -> str:
    return f"number {exchange.number} ({exchange.model} {exchange.method} {exchange.path})"
