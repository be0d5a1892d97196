"""HTTP clients that were used and never closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_mlinfra.clock.finding import Finding
from pytest_mlinfra.clock.leaks.leak import Leak, Mend
from pytest_mlinfra.clock.leaks.made import Made
from pytest_mlinfra.clock.leaks.origins import CLIENTS, Origins

CLIENT_LEFT_OPEN = "client-left-open"


class OpenClients(Made):
    """Finds the clients that hold connections, and that nothing will close."""

    def __init__(self, origins: Origins) -> None:
        super().__init__(origins, CLIENTS, _needs_no_closing)

    def will_close(self, client: object | None) -> bool:
        """Whether somebody else will close `client`, and what belongs to it.

        Somebody will if it was there before, such as a fixture's. Of one that is found
        itself, closing it closes everything.
        """
        return client is not None and all(client is not each for each, _ in self.births.left)

    def leaks(self) -> Iterator[Leak]:
        """The clients that are open."""
        for client, place in self.births.left:
            name = f"{type(client).__module__.partition('.')[0]}.{type(client).__qualname__}"
            is_async = hasattr(client, "__aenter__")
            with_ = "async with" if is_async else "with"
            close = "await its aclose()" if hasattr(client, "aclose") else "call its close()"
            yield Leak(
                Finding(
                    id=CLIENT_LEFT_OPEN,
                    headline=f"The {name} is never closed, and keeps its connections open.",
                    place=place,
                    advice=f"{with_} {name}(...) as client, or {close} when all is done",
                    subject=name,
                ),
                _closing(client),
            )


def _closing(client: Any) -> Mend:
    close: Mend = getattr(client, "aclose", None) or client.close
    return close


def _needs_no_closing(client: Any) -> bool:
    """Whether `client` is closed, or has never been used, and so holds nothing."""
    if getattr(client, "is_closed", False) or getattr(client, "closed", False):
        return True
    # Httpx's own note of that. Where it is not, a client counts as used.
    state = getattr(client, "_state", None)
    return getattr(state, "name", "") == "UNOPENED"
