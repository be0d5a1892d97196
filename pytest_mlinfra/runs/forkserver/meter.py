"""Comparing what a run uses with what it may use."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from pytest_mlinfra.clock.starved import seconds_starved
from pytest_mlinfra.katas.model import Limits
from pytest_mlinfra.runs.forkserver import tree
from pytest_mlinfra.runs.forkserver.progress import Progress
from pytest_mlinfra.runs.limits import MIB, Hit, Limit

# Looking costs a tenth of a millisecond; this is how often it is done, in seconds.
_INTERVAL = 0.02
# A test has an alarm of its own, which can tell more; who does not heed it is ended.
_GRACE = 1.0


class Meter:
    """Measures the descendants of this process from now on.

    Args:
        limits: what they may use.
        runner: the first of them, just forked: the memory that it shares with the
            fork server is not its own.
    """

    def __init__(self, limits: Limits, runner: int) -> None:
        self._limits = limits
        self._next = 0.0
        self._shared = 0
        self._runner = runner
        self._starved = 0.0
        self._started = self.now()
        with contextlib.suppress(OSError):
            self._shared = tree.memory_of(runner)

    def now(self) -> float:
        """Real seconds from any beginning, without those in which the runner had to wait for others."""
        # One that has ended has no figures any more.
        self._starved = max(self._starved, seconds_starved(self._runner))
        return time.monotonic() - self._starved

    @property
    def seconds(self) -> float:
        """The seconds that the run has had since the start."""
        return self.now() - self._started

    def check(self, progress: Progress) -> Hit | None:
        """The limit that they are beyond, if it is time to look again."""
        if time.monotonic() < self._next:
            return None
        tree.reap_orphans(self._runner)
        hit = next(self._hits(progress), None)
        self._next = time.monotonic() + _INTERVAL
        return hit

    def _hits(self, progress: Progress) -> Iterator[Hit]:
        limits = self._limits
        if progress.seconds_of_test() > limits.test + _GRACE:
            yield Hit(Limit.TIME, limits.test)
        if self.seconds > limits.kata:
            yield Hit(Limit.TIME, limits.kata)
        used = tree.usage()
        if used.cpu > limits.cpu:
            yield Hit(Limit.CPU, limits.cpu)
        if used.processes > limits.processes:
            yield Hit(Limit.PROCESSES, limits.processes)
        if used.threads > limits.threads:
            yield Hit(Limit.THREADS, limits.threads)
        if used.written > limits.written * MIB:
            yield Hit(Limit.WRITTEN, limits.written)
        most = limits.memory * MIB
        # The sum counts twice what a process shares with its children; the exact
        # figure takes a millisecond per process.
        if used.memory - used.processes * self._shared > most and tree.exact_memory() > most:
            yield Hit(Limit.MEMORY, limits.memory)
