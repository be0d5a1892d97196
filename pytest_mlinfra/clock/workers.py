"""Threads that work for a virtual loop, and how they wait on its clock.

A worker is a thread while it runs a job that the loop has given to an executor, or a
thread that was started on the loop. It lives on the loop's time: where it sleeps, or
waits for another thread or a socket, it waits as a coroutine would, and a time-out of
such a wait is a timer of the loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from pytest_mlinfra.clock.activity import Activity, Observer
from pytest_mlinfra.clock.timekeeper import Timekeeper

_MOST_POLLS = 100
_SECONDS_OF_POLLS = 1e-6


@dataclass(eq=False)
class Worker:
    """A thread while it works for a loop.

    Attributes:
        loop: the loop whose time the thread lives on.
        thread: the thread.
        pause: what it waits for on the loop's time, or None while it runs.
        is_released: whether waiting on the clock has become pointless, since the loop
            is ending; the thread then lives on real time.
    """

    loop: Timekeeper
    thread: threading.Thread
    pause: Pause | None = None
    is_released: bool = False
    _polls: int = 0

    def sleep(self, seconds: float) -> None:
        """Sleep until the clock has moved on by `seconds`."""
        Pause(self, seconds).take()

    def poll(self) -> None:
        """Take notice of a wait for no time.

        Code that does so again and again waits for time to pass: `as_completed` of
        `concurrent.futures` does when its time is over to the nanosecond.
        """
        self._polls += 1
        if self._polls > _MOST_POLLS:
            self._polls = 0
            self.sleep(_SECONDS_OF_POLLS)

    def wait_for_socket(self, descriptor: int, *, writable: bool, seconds: float | None) -> bool:
        """Wait until a socket is ready.

        Args:
            descriptor: the number of the socket's file.
            writable: whether it is to be written to, instead of read from.
            seconds: the longest time to wait, in virtual seconds; None for ever.

        Returns:
            Whether it is ready; False if the time is over.
        """
        # A number of its own, since another thread may wait for the same socket.
        duplicate = os.dup(descriptor)
        try:
            return SocketPause(self, seconds, duplicate, writable=writable).take()
        finally:
            os.close(duplicate)

    def release(self) -> None:
        """End a wait that is bound to the clock, and let no other begin."""
        self.is_released = True
        pause = self.pause
        if pause is not None:
            pause.cut_short()


class Pause:
    """One wait of a worker; over when it is released or when its time has passed.

    It can take the place of the lock that `threading.Condition` releases in order to
    wake a thread.
    """

    def __init__(self, worker: Worker, seconds: float | None) -> None:
        self._worker = worker
        self._seconds = seconds
        self._lock = threading.Lock()
        self._lock.acquire()
        # Taken by whoever ends the wait first: a notification, or the timer.
        self._right_to_end = [True]
        self._timed_out = False
        self._timer: asyncio.TimerHandle | None = None

    def take(self) -> bool:
        """Wait.

        Returns:
            Whether it was released; False if its time passed.
        """
        # A loop that has been closed has no time left to wait through.
        try:
            self._worker.loop.call_soon_threadsafe(self._begin)
        except RuntimeError:
            return False
        try:
            self._lock.acquire()
        finally:
            with contextlib.suppress(RuntimeError):
                self._worker.loop.call_soon_threadsafe(self._end)
        return not self._timed_out

    def release(self, *, timed_out: bool = False) -> None:
        """End the wait, from any thread.

        Raises:
            RuntimeError: it has ended before.
        """
        try:
            self._right_to_end.pop()
        except IndexError:
            raise RuntimeError("this wait is over") from None
        self._timed_out = timed_out
        # In this order: the clock must not move on before the worker has run.
        self._worker.pause = None
        self._lock.release()

    def cut_short(self) -> None:
        """End a wait that needs the clock, since the loop is ending."""
        if self._seconds is not None:
            self._time_out()

    # What follows runs in the loop's thread.

    def _begin(self) -> None:
        if self._worker.is_released:
            self.cut_short()
        elif self._right_to_end:
            self._arm(self._worker.loop)
            self._worker.pause = self
            # Somebody may have ended it just now.
            if not self._right_to_end:
                self._worker.pause = None

    def _arm(self, loop: Timekeeper) -> None:
        if self._seconds is not None:
            self._timer = loop.call_later(self._seconds, self._time_out)

    def _time_out(self) -> None:
        # In this order: the worker may close its socket as soon as it is released.
        self._end()
        with contextlib.suppress(RuntimeError):
            self.release(timed_out=True)

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


class SocketPause(Pause):
    """A wait for a socket, which the loop's own selector watches meanwhile."""

    def __init__(
        self, worker: Worker, seconds: float | None, descriptor: int, *, writable: bool
    ) -> None:
        super().__init__(worker, seconds)
        self._writable = writable
        self._descriptor = descriptor
        self._is_watched = False

    def cut_short(self) -> None:
        """End the wait as if the socket were ready: its user then waits in real time."""
        self._be_ready()

    def _arm(self, loop: Timekeeper) -> None:
        super()._arm(loop)
        watch = loop.add_writer if self._writable else loop.add_reader
        watch(self._descriptor, self._be_ready)
        self._is_watched = True

    def _be_ready(self) -> None:
        # In this order: the worker may at once wait for its socket again.
        self._end()
        with contextlib.suppress(RuntimeError):
            self.release()

    def _end(self) -> None:
        super()._end()
        if self._is_watched:
            self._is_watched = False
            loop = self._worker.loop
            forget = loop.remove_writer if self._writable else loop.remove_reader
            forget(self._descriptor)


_this_thread = threading.local()
# The attribute of a thread that says which worker it is. A table of all of them would
# keep every loop alive that a thread was ever started on.
_COMPANION = "_mlinfra_worker"


@contextlib.contextmanager
def working_for(loop: Timekeeper) -> Iterator[Worker]:
    """Make the calling thread a worker of `loop` while the body runs."""
    before: Worker | None = getattr(_this_thread, "worker", None)
    _this_thread.worker = worker = Worker(loop, threading.current_thread())
    try:
        yield worker
    finally:
        _this_thread.worker = before


def activity_of(worker: Worker, observer: Observer) -> Activity:
    """What a worker is doing."""
    if worker.pause is not None:
        return Activity.WAITING
    number = worker.thread.native_id
    # One that is about to start has no number yet.
    return Activity.RUNNING if number is None else observer.of_thread(number)


def worker_for_good(thread: threading.Thread, loop: Timekeeper) -> Worker:
    """A worker of `loop` made of a thread that has not been started yet.

    A daemon, which runs beside a program for good, keeps living on real time.
    """
    worker = Worker(loop, thread)
    if not thread.daemon:
        setattr(thread, _COMPANION, worker)
    return worker


def current_worker() -> Worker | None:
    """The worker that the calling thread is, if it lives on the time of a loop."""
    try:
        worker: Worker | None = _this_thread.worker
    except AttributeError:
        # Not `current_thread`: of a thread that is just starting, and is not listed yet, it
        # would make a stand-in, and no worker would ever be found for it.
        thread = threading._active.get(threading.get_ident())  # type: ignore[attr-defined] # noqa: SLF001
        if thread is None:
            return None
        worker = _this_thread.worker = cast("Worker | None", getattr(thread, _COMPANION, None))
    return None if worker is None or worker.is_released or worker.loop.is_held else worker


def timekeeper() -> Timekeeper | None:
    """The virtual loop whose time the calling thread lives on, if there is one.

    That is the loop that runs in it, or the one that it works for. A worker that runs a
    loop of its own lives on that one's time.
    """
    loop: object = asyncio._get_running_loop()  # noqa: SLF001 - as above
    if loop is None:
        worker = current_worker()
        return None if worker is None else worker.loop
    return loop if isinstance(loop, Timekeeper) else None
