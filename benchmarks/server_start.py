"""Starting and stopping a fake server, beside pytest-httpserver."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable

from pytest_httpserver import HTTPServer

from pytest_mlinfra.clock import VirtualLoop
from pytest_mlinfra.fleet import Model, ModelServer

ROUNDS = 200
PEER_ROUNDS = 5


def main() -> str:
    """The figures, as lines of text."""
    ours, theirs = [], []
    for _ in range(PEER_ROUNDS):
        ours += asyncio.run(_repeat(_start_and_stop, ROUNDS // PEER_ROUNDS))
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            ours += runner.run(_repeat(_start_and_stop, ROUNDS // PEER_ROUNDS))
        theirs.append(_peer())
    median, peer = statistics.median(ours), statistics.median(theirs)
    return (
        f"start + stop of a model server      {median * 1e3:8.3f} ms (bar: 0.5), "
        f"worst {max(ours) * 1e3:.3f} ms\n"
        f"start + stop of pytest-httpserver   {peer * 1e3:8.3f} ms ({peer / median:.0f} times)"
    )


async def _repeat(action: Callable[[], Awaitable[None]], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        await action()
        taken.append(time.perf_counter() - started)
    return taken


async def _start_and_stop() -> None:
    async with ModelServer([Model("model")]):
        pass


def _peer() -> float:
    started = time.perf_counter()
    server = HTTPServer()
    server.start()
    server.stop()
    return time.perf_counter() - started


if __name__ == "__main__":
    print(main())
