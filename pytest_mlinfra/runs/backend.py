"""Ways of running, and which of them is used here.

A run is asked for by a `Request` and answered by a `RunResult`, whichever way it goes;
the verdict does not depend on it.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, Self

from pytest_mlinfra.errors import UsageError
from pytest_mlinfra.grading.result import Item
from pytest_mlinfra.runs.command import SERVERS, WAY
from pytest_mlinfra.runs.job import Ending
from pytest_mlinfra.runs.request import Request, Way
from pytest_mlinfra.runs.result import RunResult


class Backend(Protocol):
    """One way of running; a context manager, at whose end nothing is left running."""

    @property
    def way(self) -> Way:
        """Which way it is."""
        ...

    def run(self, request: Request, expected: Sequence[Item] | None = None) -> RunResult:
        """Let a session of pytest grade `request`.

        Args:
            request: what is to be run.
            expected: the items that it has to report; None where only it can know them.

        Raises:
            RunError: nothing can be run at all.
        """
        ...

    def run_module(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> Ending:
        """Run a tool as ``python -m`` does.

        Args:
            command: the name of its module, and its arguments.
            folder: the working directory.
            environment: variables to set besides those of this process.

        Raises:
            RunError: nothing can be run at all.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_error: object) -> None: ...


def open_backend(way: Way | None = None) -> Backend:
    """The backend for `way`.

    Args:
        way: None for what the environment variable `MLINFRA_RUNS` says, or else for the
            quickest that this platform has.

    Raises:
        UsageError: this platform, or the variable, has no such way.
    """
    if not _can_fork():
        if way is Way.WARM:
            raise UsageError("warm runs need Linux; leave the option out, or say 'fresh'")
        from pytest_mlinfra.runs.portable import PortableRuns  # noqa: PLC0415 - one of two

        return PortableRuns()
    from pytest_mlinfra.runs.forks import ForkedRuns  # noqa: PLC0415 - one of two

    return ForkedRuns.open(way or _way_of_environment() or Way.WARM)


_lock = threading.Lock()
_shared: list[Backend] = []


def shared_backend() -> Backend:
    """The backend of this process: the one that its starter uses, or one of its own.

    It ends with the process, if `close_shared_backend` does not end it before.
    """
    with _lock:
        if not _shared:
            _shared.append(_attached() or open_backend())
            atexit.register(close_shared_backend)
        return _shared[0]


def close_shared_backend() -> None:
    """End what `shared_backend` has started."""
    with _lock:
        while _shared:
            _shared.pop().__exit__()
        atexit.unregister(close_shared_backend)


def _attached() -> Backend | None:
    """The backend of the process that started this one, if it lets this one use it."""
    addresses = os.environ.get(SERVERS)
    if not addresses:
        return None
    from pytest_mlinfra.runs.forks import ForkedRuns  # noqa: PLC0415 - Linux

    return ForkedRuns.attach(_way_of_environment() or Way.WARM, addresses)


def _way_of_environment() -> Way | None:
    name = os.environ.get(WAY)
    if not name:
        return None
    try:
        return Way(name)
    except ValueError:
        ways = " or ".join(Way)
        raise UsageError(f"the environment variable {WAY} is {name!r}, not {ways}") from None


def _can_fork() -> bool:
    """Whether fork servers work here: on Linux since 5.3, where /proc lists children."""
    if sys.platform != "linux":
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return False
    return Path(f"/proc/self/task/{os.getpid()}/children").exists()
