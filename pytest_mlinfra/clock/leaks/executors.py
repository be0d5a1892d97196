"""Executors that were never shut down: their threads or processes go on to wait."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import Any

from pytest_mlinfra.clock.finding import Finding
from pytest_mlinfra.clock.leaks.leak import Leak
from pytest_mlinfra.clock.leaks.made import Made
from pytest_mlinfra.clock.leaks.origins import Origins

EXECUTOR_LEFT_RUNNING = "executor-left-running"

_EXECUTORS = (
    ("concurrent.futures.thread", "ThreadPoolExecutor"),
    ("concurrent.futures.process", "ProcessPoolExecutor"),
)


class RunningExecutors(Made):
    """Finds the executors that nobody shut down, apart from the loop's own.

    Args:
        origins: where executors come from.
        loop: the loop that shuts its default executor down by itself.
    """

    def __init__(self, origins: Origins, loop: asyncio.AbstractEventLoop | None) -> None:
        super().__init__(origins, _EXECUTORS, _is_shut_down)
        self._loop = loop

    def leaks(self) -> Iterator[Leak]:
        """The executors that take further jobs."""
        for executor, place in self.births.left:
            if executor is getattr(self._loop, "_default_executor", None):
                continue
            name = type(executor).__name__
            yield Leak(
                Finding(
                    id=EXECUTOR_LEFT_RUNNING,
                    headline=f"The {name} is never shut down.",
                    place=place,
                    advice=f"with {name}(...) as pool, or pool.shutdown() in a finally",
                    subject=name,
                ),
                partial(executor.shutdown, wait=False, cancel_futures=True),
            )


def _is_shut_down(executor: Any) -> bool:
    # Executors say so nowhere else: threads by the one name, processes by the other.
    return bool(
        getattr(executor, "_shutdown", False) or getattr(executor, "_shutdown_thread", False)
    )
