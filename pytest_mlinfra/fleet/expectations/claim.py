"""What all sentences about exchanges have in common: how they fail."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Self

from pytest_mlinfra.errors import ExpectationError
from pytest_mlinfra.fleet.expectations.words import counted
from pytest_mlinfra.fleet.timeline import draw_text

if TYPE_CHECKING:
    from pytest_mlinfra.fleet.journal.exchanges import Exchanges

# Wide enough to be read, and narrow enough to be indented within 80 columns.
_COLUMNS = 72


class Claim:
    """A sentence about exchanges; each of its parts may be followed by another.

    Args:
        exchanges: what it is about.
        noun: what a failure calls them, in the plural.
    """

    def __init__(self, exchanges: Exchanges, noun: str = "requests") -> None:
        self._exchanges = exchanges
        self._noun = noun

    def count(self, number: int | None) -> Self:
        """There are exactly `number` of them; None for any number."""
        __tracebackhide__ = True
        seen = len(self._exchanges)
        if number is None:
            return self
        return self._unless(
            seen == number,
            f"expected {counted(number, self._noun)}, saw {seen or 'none'}",
        )

    def some(self) -> Self:
        """There is at least one of them."""
        __tracebackhide__ = True
        return self._unless(bool(self._exchanges), f"expected {self._noun}, saw none")

    @property
    def _all(self) -> str:
        """``all 5 health checks``."""
        count = len(self._exchanges)
        return f"all {count} {self._noun}" if count > 1 else counted(count, self._noun)

    def _unless(self, truth: bool, complaint: str) -> Self:
        """Go on if it is the truth, and else complain, with a picture."""
        __tracebackhide__ = True
        if truth:
            return self
        background = self._exchanges.background
        shown = self._exchanges
        if not shown and background.everything:
            complaint += "; this is what came instead:"
        if background.forgotten:
            complaint += (
                f"\n(the journal had forgotten the oldest {background.forgotten:,} by then)"
            )
        wrapped = [textwrap.fill(line, _COLUMNS) for line in complaint.splitlines()]
        picture = draw_text(shown or background.everything, _COLUMNS, epoch=background.epoch)
        raise ExpectationError("\n".join(wrapped), picture)
