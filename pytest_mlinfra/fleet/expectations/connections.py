"""Sentences about the connections that the requests came on."""

from __future__ import annotations

from typing import Self

from pytest_mlinfra.fleet.expectations.claim import Claim
from pytest_mlinfra.fleet.expectations.words import counted


class Connections(Claim):
    """How many connections there were, and what became of them."""

    def connections(self, number: int) -> Self:
        """They came on so many connections.

        Raises:
            ExpectationError: they came on more or fewer.
        """
        __tracebackhide__ = True
        seen = self._exchanges.connections
        return self._unless(
            seen == number,
            f"expected {self._all} on {counted(number, 'connections')}, saw {seen or 'none'}",
        )

    def on_one_connection(self) -> Self:
        """All of them came on one connection, which was kept alive between them.

        Raises:
            ExpectationError: they came on several.
        """
        __tracebackhide__ = True
        return self.connections(1)

    def connections_closed(self) -> Self:
        """Every connection has been closed: asked of a journal, also those without a request.

        Raises:
            ExpectationError: one is open.
        """
        __tracebackhide__ = True
        records = self._exchanges.connection_records
        still_open = [record for record in records if record.is_open]
        numbers = ", ".join(f"#{record.number}" for record in still_open[:5])
        more = " and more" if len(still_open) > 5 else ""  # noqa: PLR2004 - no more are listed
        return self._unless(
            not still_open,
            f"expected every connection closed, {len(still_open)} of {len(records)} still open: "
            f"{numbers}{more}",
        )
