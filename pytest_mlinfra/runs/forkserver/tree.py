"""The processes that descend from this one: who they are, what they use, and their end."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_mlinfra.runs.limits import KIB

_TICKS = os.sysconf("SC_CLK_TCK")
# Fields of /proc/<pid>/stat, counted from the one after the program's name.
_OWN_CPU, _CPU_FIELDS, _THREADS = 11, 4, 17
_PAUSE = 0.001
# Killing is quick; what it cannot end in this time hangs in the kernel.
_PATIENCE = 10.0


@dataclass(frozen=True)
class Usage:
    """What some processes use together.

    Attributes:
        processes: how many there are.
        threads: their threads.
        cpu: processor time of these and of their children that have ended, in seconds.
        memory: in bytes; what processes share is counted for each of them.
        written: bytes that they wrote, wherever to.
    """

    processes: int = 0
    threads: int = 0
    cpu: float = 0
    memory: int = 0
    written: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.processes + other.processes,
            self.threads + other.threads,
            self.cpu + other.cpu,
            self.memory + other.memory,
            self.written + other.written,
        )


def descendants(ancestor: int | None = None) -> Iterator[int]:
    """The ids of every process that descends from one, zombies included.

    Args:
        ancestor: that one; None for this process.
    """
    waiting = _children_of(ancestor or os.getpid())
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += _children_of(pid)


def children() -> list[int]:
    """The ids of the children of this process, adopted ones and zombies included."""
    return _children_of(os.getpid())


def usage() -> Usage:
    """What the descendants of this process use, and have used if they ended."""
    ended = os.times()
    total = Usage(cpu=ended.children_user + ended.children_system)
    for pid in descendants():
        with contextlib.suppress(OSError):
            total += _usage_of(pid)
    return total


def exact_memory() -> int:
    """The memory of the descendants of this process, in bytes; what is shared counts once."""
    total = 0
    for pid in descendants():
        with contextlib.suppress(OSError):
            total += _field(Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"), "Pss")
    return total


def memory_of(pid: int) -> int:
    """The memory of one process that is not a file's content, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8", "replace")
    return _field(status, "RssAnon") + _field(status, "RssShmem")


def reap_orphans(runner: int) -> None:
    """Take leave of the adopted children that have ended, but not of `runner`."""
    for pid in children():
        if pid != runner:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def kill_descendants() -> dict[int, int]:
    """Kill whatever descends from this process, which has to adopt orphans.

    Returns:
        The exit codes of those that became its children, by id.
    """
    codes: dict[int, int] = {}
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        for pid in descendants():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            while (reaped := os.waitpid(-1, os.WNOHANG))[0]:
                codes[reaped[0]] = os.waitstatus_to_exitcode(reaped[1])
        except ChildProcessError:
            return codes
        time.sleep(_PAUSE)
    return codes


def _children_of(pid: int) -> list[int]:
    """The children of a process; those of every one of its threads."""
    children: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - often, so quickly
            text = Path(f"/proc/{pid}/task/{thread}/children").read_text("ascii")
            children += map(int, text.split())
    return children


def _usage_of(pid: int) -> Usage:
    stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    try:
        written = _field(Path(f"/proc/{pid}/io").read_text("ascii"), "wchar")
        memory = memory_of(pid)
    except OSError:  # a zombie
        written = memory = 0
    ticks = sum(map(int, stat[_OWN_CPU : _OWN_CPU + _CPU_FIELDS]))
    return Usage(1, int(stat[_THREADS]), ticks / _TICKS, memory, written)


def _field(text: str, name: str) -> int:
    """A figure of a file of lines ``name: figure``; kibibytes are given in bytes."""
    _before, found, rest = text.partition(f"{name}:")
    if not found:
        return 0
    figure, *unit = rest.partition("\n")[0].split()
    return int(figure) * (KIB if unit else 1)
