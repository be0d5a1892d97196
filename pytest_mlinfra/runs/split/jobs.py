"""What one side awaits for the other: a task for each of the other side's tasks.

Time-outs, task groups and cancel scopes belong to the task that entered them. So what
one task of the asker's awaits, one after the other, is awaited here by one task as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

Result = Callable[[], Any]


class Jobs:
    """The jobs of one event loop."""

    def __init__(self) -> None:
        self._servants: dict[int, _Servant] = {}
        self._servant_of: dict[int, _Servant] = {}
        self._ended: list[tuple[int, Result]] = []

    def start(self, job: int, task: int, awaitable: Awaitable[Any]) -> None:
        """Await `awaitable` in the task that stands for the other side's `task`."""
        servant = self._servants.get(task)
        if servant is None:
            servant = self._servants[task] = _Servant(self._end)
        self._servant_of[job] = servant
        servant.serve(job, awaitable)

    def cancel(self, job: int) -> None:
        """Cancel what is awaited under that number; nothing happens if it has ended."""
        if job in self._servant_of:
            self._servant_of[job].cancel(job)

    def ended(self) -> Iterator[tuple[int, Result]]:
        """The jobs that ended and were not told of: the number, and a call for the result."""
        ended, self._ended = self._ended, []
        return iter(ended)

    @property
    def idle(self) -> frozenset[asyncio.Task[None]]:
        """The tasks that await for the other side's, and have nothing to await."""
        return frozenset(servant.task for servant in self._servants.values() if servant.is_idle)

    def _end(self, job: int, result: Result) -> None:
        self._servant_of.pop(job, None)
        self._ended.append((job, result))


class _Servant:
    """Awaits for one task of the other side's, one job after the other."""

    def __init__(self, end: Callable[[int, Result], None]) -> None:
        self._end = end
        self._orders: asyncio.Queue[tuple[int, Awaitable[Any]]] = asyncio.Queue()
        self._current: int | None = None
        self._countermanded: set[int] = set()
        self.task = asyncio.get_running_loop().create_task(self._work(), name="servant")

    @property
    def is_idle(self) -> bool:
        return self._current is None

    def serve(self, job: int, awaitable: Awaitable[Any]) -> None:
        self._orders.put_nowait((job, awaitable))

    def cancel(self, job: int) -> None:
        if job == self._current:
            self.task.cancel()
        else:
            self._countermanded.add(job)

    async def _work(self) -> None:
        while True:
            job, awaitable = await self._orders.get()
            if job in self._countermanded:
                _close(awaitable)
                self._end(job, raising(asyncio.CancelledError()))
                continue
            self._current = job
            try:
                value = await awaitable
            except BaseException as error:  # noqa: BLE001 - it is for whoever asked
                self._end(job, raising(error))
            else:
                self._end(job, giving(value))
            finally:
                self._current = None
                self._forget_cancellation()

    def _forget_cancellation(self) -> None:
        """Let the next job begin as if nothing had been cancelled."""
        while self.task.cancelling():
            self.task.uncancel()


def _close(awaitable: Awaitable[Any]) -> None:
    close = getattr(awaitable, "close", None)
    if close is not None:
        close()


def giving(value: Any) -> Result:
    """A result that is a value."""
    return lambda: value


def raising(error: BaseException) -> Result:
    """A result that is an exception."""

    def result() -> Any:
        raise error

    return result
