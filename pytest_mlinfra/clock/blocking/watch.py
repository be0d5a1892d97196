"""Noticing the calls that block a running event loop, for as long as one watches."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection
from concurrent.futures import Executor, Future
from types import FrameType
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from pytest_mlinfra.clock.blame import Blame, caller, place_of
from pytest_mlinfra.clock.blocking.allowed import is_allowed_here, is_harmless, names_of
from pytest_mlinfra.clock.blocking.calls import Call, name_of
from pytest_mlinfra.clock.blocking.hogs import HogWatch
from pytest_mlinfra.clock.finding import Finding, without_repetition
from pytest_mlinfra.errors import BlockingCallError

_Result = TypeVar("_Result")

BLOCKING_CALL = "blocking-call"
CPU_HOG = "cpu-hog"
_HOG_ADVICE = "await loop.run_in_executor(pool, function) with a ProcessPoolExecutor as the pool"


class _Inside(threading.local):
    """Whether the calling thread is inside of a call that has been looked at already."""

    value = False


_inside = _Inside()
_current: BlockingWatch | None = None


class BlockingWatch:
    """Collects the calls by which the code under test blocks an event loop.

    Only one watch is told of a call: the latest of those that have started.

    Args:
        blame: whose line a call is charged to.
        allow: names of functions that may block, or in which anything may block.
        cpu_seconds: seconds of processor time that one step of a loop may take.

    Attributes:
        jobs: for each job of an executor, the executor and the step that gave it.
        threads: for each thread, the step that started it.
    """

    def __init__(
        self, blame: Blame, *, allow: Collection[str] = (), cpu_seconds: float = 0.1
    ) -> None:
        self.jobs: WeakKeyDictionary[Future[Any], tuple[Executor, FrameType | None]]
        self.jobs = WeakKeyDictionary()
        self.threads: WeakKeyDictionary[threading.Thread, FrameType | None] = WeakKeyDictionary()
        self._blame = blame
        self._allow = frozenset(allow)
        self._findings: list[Finding] = []
        self._hogs = HogWatch(cpu_seconds, self.note_hog)
        self._before: BlockingWatch | None = None

    @property
    def findings(self) -> list[Finding]:
        """What was found, in the order in which it happened."""
        return without_repetition(self._findings)

    def start(self) -> None:
        """Begin to watch."""
        global _current
        self._before, _current = _current, self
        self._hogs.start()

    def stop(self) -> None:
        """Watch no longer; the watch that was there before goes on."""
        global _current
        self._hogs.stop()
        _current, self._before = self._before, None
        self.jobs.clear()
        self.threads.clear()

    def note(
        self, call: Call, frame: FrameType | None, seconds: float | None = None
    ) -> Finding | None:
        """Charge a call that is about to block the loop, if anybody is to blame for it.

        Args:
            call: the call.
            frame: the innermost frame of whoever makes it.
            seconds: for how long it blocks, if that is known.
        """
        blamed = self._to_blame(frame)
        if blamed is None:
            return None
        culprit, libraries = blamed
        name = name_of(libraries, call)
        if name in self._allow or call.name in self._allow:
            return None
        lasting = "" if seconds is None else f" for {seconds:g} s"
        finding = Finding(
            id=BLOCKING_CALL,
            headline=f"{name} blocks the event loop{lasting}: nothing else runs meanwhile.",
            place=place_of(culprit),
            advice=call.advice,
            subject=name,
            explains_failure=True,
        )
        self._findings.append(finding)
        return finding

    def note_hog(self, frame: FrameType, seconds: float) -> None:
        """Charge a step that computes for too long, if anybody is to blame for it.

        Args:
            frame: what it is computing at the moment.
            seconds: for how long it has, in seconds of processor time.
        """
        blamed = self._to_blame(frame)
        if blamed is not None:
            culprit, _libraries = blamed
            function = _function_of(culprit)
            self._findings.append(
                Finding(
                    id=CPU_HOG,
                    headline=f"{function} computes for more than {seconds:.2g} s without "
                    "an await: nothing else runs meanwhile.",
                    place=place_of(culprit),
                    advice=_HOG_ADVICE,
                    subject=function,
                    explains_failure=True,
                )
            )

    def _to_blame(self, frame: FrameType | None) -> tuple[FrameType, list[FrameType]] | None:
        """The frame to blame and those of the libraries that it called; None if nobody is."""
        if is_allowed_here():
            return None
        trail = self._blame.trail(frame)
        if trail.culprit is None or is_harmless(trail.libraries):
            return None
        if names_of(trail.culprit) & self._allow:
            return None
        return trail.culprit, trail.libraries


def _function_of(frame: FrameType) -> str:
    """The function that `frame` is in, also if it runs a comprehension of it."""
    parts = frame.f_code.co_qualname.split(".")
    return ".".join(part for part in parts if not part.startswith("<"))


def watch_of_this_thread() -> BlockingWatch | None:
    """The watch, if this thread runs an event loop and is in no call that was looked at."""
    if _current is None or _inside.value:
        return None
    return _current if asyncio._get_running_loop() is not None else None  # noqa: SLF001 - quick


def unwatched(function: Callable[..., _Result], *args: Any, **options: Any) -> _Result:
    """Call `function`, and look at none of the calls that are part of this one."""
    __tracebackhide__ = True
    before, _inside.value = _inside.value, True
    try:
        return function(*args, **options)
    finally:
        _inside.value = before


def meet(watch: BlockingWatch, call: Call, seconds: float | None = None) -> None:
    """Tell `watch` that whoever called this package is about to block the loop.

    Raises:
        BlockingCallError: the call is charged and is hopeless.
    """
    finding = unwatched(watch.note, call, caller(), seconds)
    if finding is not None and call.is_hopeless:
        raise BlockingCallError(str(finding))
