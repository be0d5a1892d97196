"""What part of the time and how many of the exchanges a picture shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_mlinfra.fleet.exchange import Exchange


@dataclass(frozen=True)
class View:
    """How exchanges are looked at, whatever they are drawn with.

    Attributes:
        epoch: the moment that the axis calls 0; None for the first start.
        now: the moment up to which exchanges in flight are drawn; None for the last
            moment at which anything happened.
        most_rows: beyond as many, exchanges are counted instead of drawn.
    """

    epoch: float | None = None
    now: float | None = None
    most_rows: int = 16

    def zero(self, exchanges: Sequence[Exchange]) -> float:
        """The moment that the axis calls 0."""
        return exchanges[0].started if self.epoch is None else self.epoch

    def end(self, exchanges: Sequence[Exchange]) -> float:
        """The moment at which the picture ends."""
        last = last_moment(exchanges)
        under_way = any(each.ended is None for each in exchanges)
        return max(last, self.now) if self.now is not None and under_way else last


def last_moment(exchanges: Sequence[Exchange]) -> float:
    """The last moment at which anything is known to have happened to `exchanges`."""
    return max(each.ended or each.first_byte or each.started for each in exchanges)
