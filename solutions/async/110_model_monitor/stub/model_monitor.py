"""Watch model servers round by round, and tell when one goes down or comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Literal, Self, TypedDict


class EndpointSummary(TypedDict):
    """What is known of one endpoint."""

    state: Literal["up", "down"]
    checks: int
    healthy: int
    failures_in_a_row: int
    uptime: float | None


class ModelMonitor:
    """Checks endpoints again and again; an async context manager.

    Args:
        endpoints: the servers' addresses, each once.
        interval: seconds from the beginning of a round to that of the next.
        timeout: the seconds that one check may take.
        max_concurrent: how many checks may be on their way at once.
        failure_threshold: how many checks in a row have to fail for an endpoint to be down.
        on_change: called with the endpoint, and with ``up`` or ``down``, when that changes.

    Raises:
        ValueError: a number is too small to make sense.
    """

    def __init__(
        self,
        endpoints: list[str],
        *,
        interval: float = 30.0,
        timeout: float = 5.0,
        max_concurrent: int = 10,
        failure_threshold: int = 3,
        on_change: Callable[[str, str], None] | None = None,
    ) -> None:
        # TODO: keep what you need. This is no place yet for a client.
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        # TODO: what has to be there before the first check?
        raise NotImplementedError

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # TODO: leave nothing behind, however the block ends.
        raise NotImplementedError

    async def check_once(self) -> dict[str, bool]:
        """Check every endpoint once.

        Returns:
            For each endpoint, in their order, whether it is healthy.

        Raises:
            RuntimeError: the monitor is not entered.
        """
        # TODO: one round: all together, but never too many.
        raise NotImplementedError

    async def watch(self, rounds: int | None = None) -> None:
        """Check every endpoint, round by round, until it is stopped.

        Args:
            rounds: how many rounds to make; None for no end.

        Raises:
            RuntimeError: the monitor is not entered, or it watches already.
        """
        # TODO: when does the next round begin? And what if somebody wants to stop meanwhile?
        raise NotImplementedError

    def stop(self) -> None:
        """Let the watch that is running end: at once, or with the round that is on its way."""
        # TODO: tell the watch.
        raise NotImplementedError

    def summary(self) -> dict[str, EndpointSummary]:
        """What is known of each endpoint, in their order; a copy."""
        # TODO: count as you check, and tell it here.
        raise NotImplementedError


async def main() -> None:
    """Watch two models for as long as it takes to break one of them, and to heal it."""
    # Two that answer: `mlinfra serve exercises/async/fleet.toml`, in another terminal. To break
    # one: `mlinfra fleet break resnet status code=503`; to heal it: `mlinfra fleet heal`.
    endpoints = ["http://127.0.0.1:8000/resnet", "http://127.0.0.1:8000/bert"]
    async with ModelMonitor(endpoints, interval=2.0, on_change=print) as monitor:
        await monitor.watch(rounds=15)
    print(monitor.summary())


if __name__ == "__main__":
    asyncio.run(main())
