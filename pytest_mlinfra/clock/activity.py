"""What threads and processes are doing, as Linux tells it.

The clock may move while everybody waits for somebody else, and must not while somebody
works or sleeps in real time. Linux tells of each thread in which system call it waits,
and how often it has been put on a processor. On other systems nothing is known, and
callers have to assume the worst.
"""

from __future__ import annotations

import contextlib
import enum
import os
import platform
import time
from collections.abc import Callable

_PROC = "/proc"

# The system calls in which a thread waits for others, each with the position of the
# argument that sets a limit of time, if there is one: 0 is none for a pointer.
_FUTEX = {"x86_64": 202, "aarch64": 98}.get(platform.machine(), -1)
_POINTER_TO_LIMIT = {
    "x86_64": {202: 4, 271: 3, 270: 5, 23: 5},  # futex, ppoll, pselect6, select
    "aarch64": {98: 4, 73: 3, 72: 5},
}.get(platform.machine(), {})
_LIMIT_IN_MILLISECONDS = {
    "x86_64": {7: 3, 232: 4, 281: 4},  # poll, epoll_wait, epoll_pwait
    "aarch64": {22: 4},
}.get(platform.machine(), {})
_WITHOUT_LIMIT = {
    # read, recvfrom, recvmsg, accept, accept4, wait4, waitid, rt_sigsuspend, pause
    "x86_64": {0, 45, 47, 43, 288, 61, 247, 130, 34},
    "aarch64": {63, 207, 212, 202, 242, 260, 95, 133},
}.get(platform.machine(), set())
_FOREVER = 0xFFFFFFFF
_RUNNING = b"running"
_AT_WORK = (b"R", b"D")


class Activity(enum.Enum):
    """What a thread or a process is doing."""

    RUNNING = enum.auto()
    """It computes, or is about to."""
    WAITING = enum.auto()
    """It waits until somebody wakes it, be it for ever."""
    ELSEWHERE = enum.auto()
    """It sleeps in real time, or waits for something unknown."""
    UNKNOWN = enum.auto()
    """This system does not tell."""


class Observer:
    """Watches threads and processes, and knows those which have not stirred since.

    A single look may catch a thread between two waits, or one of two processes before
    and the other after they have spoken with each other. So what waits is looked at
    again a moment later; if none of it has been on a processor meanwhile, all of it did
    wait at one time.
    """

    def __init__(self, give_way: Callable[[], object]) -> None:
        """Watch.

        Args:
            give_way: called between two looks at processes; returns after a moment.
        """
        self._give_way = give_way
        # What each thread had had of the processors when it was looked at last; None where
        # the system does not tell.
        self._computed: dict[int, int | None] = {}
        # The threads of each process that was found waiting, and what was seen of them.
        self._settled: dict[int, tuple[list[str], list[bytes]]] = {}

    def of_thread(self, thread_id: int) -> Activity:
        """What a thread of this process does; it waits if it waits for another thread.

        What is looked at for the first time counts as running. Between two looks other
        threads must have been let run for a moment.
        """
        # Without letting the thread go on, as whatever reads a file does.
        has_stirred = self._has_stirred(thread_id)
        if self._computed[thread_id] is None:
            return Activity.UNKNOWN
        if has_stirred:
            return Activity.RUNNING
        looks = _look_at([f"self/task/{thread_id}"])
        if not looks:
            return Activity.UNKNOWN
        # Reading a file has let it go on: what it has been seen to wait for may be nothing
        # but its turn.
        if looks[0].startswith(_RUNNING) or self._has_stirred(thread_id):
            return Activity.RUNNING
        return Activity.WAITING if _waits_for_a_thread(looks[0]) else Activity.ELSEWHERE

    def _has_stirred(self, thread_id: int) -> bool:
        """Whether a thread has been on a processor since it was looked at last."""
        before = self._computed.get(thread_id)
        try:
            now = time.clock_gettime_ns(_processor_clock(thread_id))
        except (AttributeError, OSError):
            now = None
        self._computed[thread_id] = now
        return now != before

    def of_process(self, process_id: int) -> Activity:
        """What a process and all of its descendants do, taken together."""
        tasks, looks = self._settled.pop(process_id, ([], []))
        if not looks or _look_at(tasks) != looks:
            tasks = _tasks_of(process_id)
            looks = _look_at(tasks)
            if not looks:
                return Activity.UNKNOWN
            if any(look.startswith(_RUNNING) for look in looks):
                return Activity.RUNNING
            self._give_way()
            # Also the family again: a child may have been born before its parent was seen.
            if _tasks_of(process_id) != tasks or _look_at(tasks) != looks:
                return Activity.RUNNING
        if not all(_waits_for_anybody(look) for look in looks):
            return Activity.ELSEWHERE
        self._settled[process_id] = (tasks, looks)
        return Activity.WAITING


def _processor_clock(thread_id: int) -> int:
    """The clock of the processor time of a thread, as Linux numbers it; see its <time.h>."""
    return (~thread_id << 3) | 6


def _look_at(tasks: list[str]) -> list[bytes]:
    """For each thread its system call, what it has had of the processors, and its state.

    Nothing if any of it cannot be known.
    """
    try:
        return [_look(task) for task in tasks]
    except OSError:
        return []


def _look(task: str) -> bytes:
    # The name of a program, in brackets, may hold anything.
    state = _read(f"{task}/stat").rpartition(b") ")[2][:1]
    # A thread that has just been woken is seen here before it is seen in its system call.
    # One that waits for a disk will go on by itself.
    if state in _AT_WORK:
        return _RUNNING
    return _read(f"{task}/syscall") + _read(f"{task}/schedstat")


def _read(path: str) -> bytes:
    descriptor = os.open(f"{_PROC}/{path}", os.O_RDONLY)
    try:
        return os.read(descriptor, 200)
    finally:
        os.close(descriptor)


def _waits_for_a_thread(look: bytes) -> bool:
    return look.startswith(b"%d " % _FUTEX) and _waits_for_anybody(look)


def _waits_for_anybody(look: bytes) -> bool:
    """Whether a thread waits without a limit of time."""
    fields = look.split()
    call = int(fields[0])
    if call in _POINTER_TO_LIMIT:
        return int(fields[_POINTER_TO_LIMIT[call]], 16) == 0
    if call in _LIMIT_IN_MILLISECONDS:
        return int(fields[_LIMIT_IN_MILLISECONDS[call]], 16) & _FOREVER == _FOREVER
    return call in _WITHOUT_LIMIT


def _tasks_of(process_id: int) -> list[str]:
    """The threads of a process and of all of its descendants."""
    family = _with_descendants(process_id)
    return [f"{each}/task/{task}" for each in family for task in _names(f"{each}/task")]


def _with_descendants(process_id: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for name in _names(""):
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = _read(f"{name}/stat").rpartition(b") ")[2].split()
                children.setdefault(int(fields[1]), []).append(int(name))
    family = [process_id]
    for each in family:
        family.extend(children.get(each, ()))
    return family


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(f"{_PROC}/{folder}"))  # noqa: PTH208 - only names are wanted
    except OSError:
        return []
