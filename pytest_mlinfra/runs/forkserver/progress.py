"""How far a run has come, by what it reports: which test is being run, and since when."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import msgspec

from pytest_mlinfra.grading.result import Sort
from pytest_mlinfra.runs.events import Event, Finished, Opened, Planned, Started


class Progress:
    """Reads events as they come in.

    Args:
        clock: tells the seconds that the run has had, from any beginning.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._rest = b""
        self._tests: set[str] = set()
        self._since: float | None = None

    def feed(self, content: bytes) -> None:
        """Take in a further part of the report."""
        *lines, self._rest = (self._rest + content).split(b"\n")
        for line in lines:
            with contextlib.suppress(msgspec.DecodeError):
                self._take(msgspec.json.decode(line, type=Event))

    def seconds_of_test(self) -> float:
        """For how many seconds a test, or the import of the answer, has been running."""
        return 0 if self._since is None else self._clock() - self._since

    def _take(self, event: Event) -> None:
        match event:
            case Opened():
                self._since = self._clock()
            case Planned(items):
                self._tests = {item.name for item in items if item.sort is Sort.TEST}
                self._since = None
            case Started(name) if name in self._tests:
                self._since = self._clock()
            case Finished():
                self._since = None
