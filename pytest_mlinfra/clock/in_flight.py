"""What is under way outside of a loop, and how long its clock has to wait for it.

The clock may move when nothing can happen before the next timer. Things may happen all
the same: a worker or a child computes, and will be done, however long that takes; one
sleeps or waits in real time, or somebody outside may send something, so virtual time must
not pass faster than real time.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf

from pytest_mlinfra.clock import real
from pytest_mlinfra.clock.activity import Activity, Observer
from pytest_mlinfra.clock.blame import CLOCK, outside
from pytest_mlinfra.clock.children import Children
from pytest_mlinfra.clock.executors import Job, Pools
from pytest_mlinfra.clock.outside import Outside
from pytest_mlinfra.clock.selector import Events, Poll
from pytest_mlinfra.clock.timekeeper import Timekeeper
from pytest_mlinfra.clock.workers import Worker, activity_of, worker_for_good
from pytest_mlinfra.errors import RealTimeWarning

# Real seconds after which the clock goes on without something that has not ended and that
# nobody may be waiting for.
PATIENCE = 5.0
# The same for `hold`, whose user asked for the clock to stand still.
PATIENCE_WITH_HOLDS = 60.0
# Threads of these modules are counted by what they do for the loop.
_COUNTED = ("asyncio.", "concurrent.futures.process", "multiprocessing.")
# What a thread does that was started on the loop and keeps the clock from moving; of a
# daemon, which runs beside a program for good, less does.
_OBSTRUCTING = {
    False: {Activity.RUNNING, Activity.ELSEWHERE},
    True: {Activity.RUNNING},
}
# Real seconds between two looks at what is under way; the end of a job needs none.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.032


@dataclass(frozen=True, eq=False)
class Obstacle:
    """Something that the clock waits for.

    Attributes:
        what: what it is, in words.
        patience: for how many real seconds it is waited for even if a timer is due
            sooner; infinite if it will end by itself.
        path: the file of what is at work, if it is known.
        line: its line, counted from 1, or 0.
    """

    what: str
    patience: float
    path: str = ""
    line: int = 0


class InFlight:
    """Everything outside of one loop that may bring it news.

    Attributes:
        pools: the executors it has used.
        children: the programs it has started.
        outside: the connections that lead out of it.
    """

    def __init__(self, loop: Timekeeper) -> None:
        self.pools = Pools(loop)
        self.children = Children()
        self.outside = Outside()
        self._loop = loop
        self._companions: list[Worker] = []
        self._holds: set[Obstacle] = set()
        self._observer = Observer(lambda: real.sleep(_FIRST_PAUSE))
        # Whether the clock has gone on without something, and nothing has come since.
        self._is_out_of_patience = False

    @contextlib.contextmanager
    def hold(self, path: str, line: int) -> Iterator[None]:
        """Keep the clock still while the body runs."""
        hold = Obstacle(f"hold() at {path}:{line}", PATIENCE_WITH_HOLDS, path, line)
        self._holds.add(hold)
        try:
            yield
        finally:
            self._holds.discard(hold)

    @property
    def is_held(self) -> bool:
        """Whether a `hold` keeps the clock still."""
        return bool(self._holds)

    def accompany(self, thread: threading.Thread) -> None:
        """Take notice of a thread that is about to be started on the loop."""
        # What asyncio and executors start for themselves is counted by other means.
        if type(thread).run is threading.Thread.run:
            origin = getattr(getattr(thread, "_target", None), "__module__", None)
        else:
            origin = type(thread).__module__
        if not (origin or "").startswith(_COUNTED):
            self._companions.append(worker_for_good(thread, self._loop))

    def release(self) -> None:
        """Wake every worker that waits on the clock, for good."""
        self.pools.release()
        for worker in self._companions:
            worker.release()

    def wait(self, poll: Poll, until_timer: Callable[[], float]) -> Events:
        """Wait until the clock may move.

        Args:
            poll: waits for events.
            until_timer: tells the virtual seconds up to the next timer; infinite without
                one.

        Returns:
            What happened meanwhile. If that is nothing, the clock may move.

        Raises:
            RealTimeWarning: the clock has to go on without something, and warnings are
                made errors.
        """
        if not self._is_anything():
            return []
        started = real.monotonic()
        pause = _FIRST_PAUSE
        # Most jobs are short: do not even look at them.
        events = poll(pause) if self.pools.are_at_work else []
        while not events:
            obstacle = self._greatest_obstacle()
            # A worker that looks at the clock all the time moves it by itself.
            remaining = until_timer()
            if obstacle is None or remaining <= 0:
                return poll(0)
            if obstacle.patience == inf:
                # Only what it waits in real time counts, not what it has computed before.
                started = real.monotonic()
            is_spent = self._is_out_of_patience and obstacle.patience < inf
            remaining = max(remaining, 0.0 if is_spent else obstacle.patience)
            remaining -= real.monotonic() - started
            if remaining <= 0:
                return poll(0) or self._go_on_without(obstacle)
            events = poll(min(pause, remaining))
            pause = min(2 * pause, _LONGEST_PAUSE)
        self._is_out_of_patience = False
        return events

    def _is_anything(self) -> bool:
        return bool(
            self._holds
            or self._companions
            or self.pools.jobs
            or self.children
            or self.outside.is_watched()
        )

    def _greatest_obstacle(self) -> Obstacle | None:
        obstacles = [*self._holds, *self._obstacles()]
        return max(obstacles, key=lambda each: each.patience, default=None)

    def _obstacles(self) -> Iterator[Obstacle]:
        for activity, job in self.pools.activities(self._observer):
            if activity is not Activity.WAITING:
                yield _of_job(job, activity)
        for activity, number in self.children.activities(self._observer):
            if activity is not Activity.WAITING:
                yield Obstacle(f"the child process {number}", _patience_with(activity))
        self._companions = [each for each in self._companions if not _has_ended(each.thread)]
        for worker in self._companions:
            activity = activity_of(worker, self._observer)
            if activity in _OBSTRUCTING[worker.thread.daemon]:
                patience = PATIENCE if worker.thread.daemon else _patience_with(activity)
                place = place_of_thread(worker.thread)
                yield Obstacle(f"the thread {worker.thread.name}", patience, *place)
        if self.outside.is_watched():
            yield Obstacle("a connection that leads out of the loop", 0.0)

    def _go_on_without(self, obstacle: Obstacle) -> Events:
        if obstacle.patience and not self._is_out_of_patience:
            self._is_out_of_patience = True
            text = (
                f"the clock goes on although {obstacle.what} has not ended in "
                f"{obstacle.patience:g} s of real time. Until something comes from it, time "
                "passes no faster than real time"
            )
            path, line = obstacle.path or __file__, obstacle.line or 1
            warnings.warn_explicit(text, RealTimeWarning, path, line)
        return []


def _of_job(job: Job, activity: Activity) -> Obstacle:
    thread = job.worker.thread if job.worker else None
    place = place_of_thread(thread) if thread else ("", 0)
    return Obstacle(f"{job.name} in a worker", _patience_with(activity), *place)


def _patience_with(activity: Activity) -> float:
    if activity is Activity.RUNNING:
        return inf
    # Where nobody tells what it does, it may well compute.
    return PATIENCE if activity is Activity.UNKNOWN else 0.0


def _has_ended(thread: threading.Thread) -> bool:
    # One that is about to start is not alive either.
    return thread.ident is not None and not thread.is_alive()


def place_of_thread(thread: threading.Thread) -> tuple[str, int]:
    """Where a thread is just now, outside of what stands in for the standard library here."""
    innermost = sys._current_frames().get(thread.ident or 0)  # noqa: SLF001 - the only way
    frame = outside(innermost, CLOCK)
    return (frame.f_code.co_filename, frame.f_lineno) if frame else ("", 0)
