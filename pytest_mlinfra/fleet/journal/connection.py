"""One connection, as the journal keeps it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(eq=False, slots=True)
class ConnectionRecord:
    """A connection from its beginning to its end. Times are seconds of the loop's clock.

    Attributes:
        number: counted from 1 over the whole journal.
        server: the name of the server that it was made to.
        opened: when the server accepted it.
        closed: when it ended; None while it is open.
        requests: how many requests have come on it.
    """

    number: int
    server: str
    opened: float
    closed: float | None = None
    requests: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.closed is None
