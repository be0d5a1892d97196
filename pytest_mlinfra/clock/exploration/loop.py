"""The virtual loop, with a say in the order in which ready steps run."""

from __future__ import annotations

import asyncio
import contextlib
import selectors
from asyncio import futures
from collections.abc import Callable, Iterator
from contextvars import Context
from typing import Any, TypeVarTuple

from pytest_mlinfra.clock.exploration.naming import TaskNames
from pytest_mlinfra.clock.exploration.ready import ReadyQueue, Sequencer
from pytest_mlinfra.clock.loop import VirtualLoop

_Arguments = TypeVarTuple("_Arguments")

# What `asyncio.sleep` has a timer call; time-outs have theirs call something else.
_END_SLEEP = futures._set_result_unless_cancelled  # type: ignore[attr-defined]  # noqa: SLF001
# Longest wait, in real seconds, for a worker thread while every ready step is held.
_PATIENCE = 0.05


class ExploringLoop(VirtualLoop):
    """A virtual loop whose ready steps run in an order of somebody's choosing.

    Attributes:
        names: the names of its tasks.
    """

    _ready: ReadyQueue
    _selector: selectors.BaseSelector

    def __init__(self) -> None:
        super().__init__()
        self.names = TaskNames()
        self._ready = ReadyQueue(self._ready, self)

    @contextlib.contextmanager
    def following(self, sequencer: Sequencer) -> Iterator[None]:
        """Run ready callbacks in the order of `sequencer`, as long as the body runs."""
        self._ready.sequencer = sequencer
        try:
            yield
        finally:
            self._ready.sequencer = None

    @property
    def open_transports(self) -> list[asyncio.Transport]:
        """The transports of sockets that are neither closed nor about to be."""
        transports = getattr(self, "_transports", {})
        return [each for each in list(transports.values()) if not each.is_closing()]

    @property
    def has_workers(self) -> bool:
        """Whether the default executor has started any thread."""
        return bool(getattr(self._default_executor, "_threads", ()))

    @property
    def is_quiet(self) -> bool:
        """Whether no callback is ready."""
        return not self._ready

    def wait_for_workers(self) -> None:
        """Give worker threads the time to report, if there are any at work."""
        if self.in_flight.pools.are_at_work:
            # Past our own selector, which would let time pass.
            selectors.DefaultSelector.select(self._selector, _PATIENCE)  # type: ignore[arg-type]

    def create_task(self, coro: Any, **options: Any) -> asyncio.Task[Any]:
        """Start a task, and name it while the order of creation is known."""
        parent = asyncio.current_task() if self.is_running() else None
        task = super().create_task(coro, **options)
        self.names.of(task)
        if self._ready.sequencer is not None:
            self._ready.sequencer.created(task, parent)
        return task

    def call_later(
        self,
        delay: float,
        callback: Callable[[*_Arguments], object],
        *args: *_Arguments,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Set a timer; that of a sleep may be set later than asked for."""
        sequencer = self._ready.sequencer
        if sequencer is not None and callback is _END_SLEEP:
            task = asyncio.current_task(self)
            delay *= 1.0 if task is None else sequencer.stretch(task)
        return super().call_later(delay, callback, *args, context=context)

    def _run_once(self) -> None:
        if self._ready.sequencer is not None:
            self._ready.sequencer.turn()
        super()._run_once()  # type: ignore[misc]
