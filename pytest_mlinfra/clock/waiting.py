"""What a task waits for, and who could bring it: read from its frames.

A suspended coroutine still holds the frames of all that it awaits, and these hold the
lock, the queue or the tasks in their local variables.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

from pytest_mlinfra.clock.blame import is_library, suspended_frames
from pytest_mlinfra.clock.executors import Job
from pytest_mlinfra.clock.ownership import Taken, takers_of

_Tasks = tuple[asyncio.Task[Any], ...]


@dataclass(frozen=True)
class Wait:
    """What one task waits for.

    Attributes:
        task: the task.
        name: the name of its coroutine, or of the first of its functions outside of
            libraries.
        what: what it waits for, in words; empty if it waits for tasks and no more.
        frame: the innermost frame that it is suspended in, outside of libraries if any is.
        tasks: the tasks that would have to end first.
        takers: who has taken the lock that it waits for.
    """

    task: asyncio.Task[Any]
    name: str
    what: str
    frame: FrameType | None
    tasks: _Tasks = ()
    takers: tuple[Taken, ...] = ()

    @property
    def blockers(self) -> _Tasks:
        """The tasks that it waits for, be it for their end or for a lock of theirs."""
        return (*self.tasks, *(each.task for each in self.takers if each.task is not None))


def wait_of(task: asyncio.Task[Any], jobs: Iterable[Job] = ()) -> Wait:
    """What `task` waits for.

    Args:
        task: the task.
        jobs: what the executors of its loop have not finished.
    """
    frames = list(suspended_frames(task.get_coro()))
    own = [each for each in frames if not is_library(each.f_code.co_filename)]
    place = own[-1] if own else frames[-1] if frames else None
    name = own[0].f_code.co_qualname if own else _qualified_name(task.get_coro())
    name = name.rpartition("<locals>.")[2]
    future = getattr(task, "_fut_waiter", None)
    # Once each: a set of tasks has no order, and a task may be found in two ways.
    awaited = {each for each in _tasks_awaited(future, frames) if not each.done()}
    tasks = tuple(sorted(awaited, key=by_name))
    if tasks:
        return Wait(task, name, "", place, tasks)
    lock = _lock_awaited(frames)
    if lock is not None:
        return Wait(task, name, f"a {type(lock).__name__}", place, takers=takers_of(lock))
    job = next((each for each in jobs if each.result is future), None)
    return Wait(task, name, f"{job.name}()" if job else _words_for(frames, future), place)


def _qualified_name(coroutine: object) -> str:
    return getattr(coroutine, "__qualname__", type(coroutine).__name__)


def by_name(task: asyncio.Task[Any]) -> tuple[int, str]:
    """A key that sorts tasks by name, so that Task-9 comes before Task-10."""
    return len(task.get_name()), task.get_name()


def _tasks_awaited(future: Any, frames: list[FrameType]) -> Iterator[asyncio.Task[Any]]:
    """The tasks that `future` or the innermost frames gather, join or shield."""
    yield from _tasks_in([future])
    # Of `asyncio.gather`.
    yield from _tasks_in(getattr(future, "_children", ()))
    for callback, _context in getattr(future, "_callbacks", None) or ():
        # Of `asyncio.shield`, whose callbacks keep what is shielded in a closure.
        cells = getattr(callback, "__closure__", None) or ()
        yield from _tasks_in(cell.cell_contents for cell in cells)
    for frame in frames:
        variables = frame.f_locals
        match frame.f_code.co_qualname:
            case "TaskGroup.__aexit__":
                yield from _tasks_in(variables["self"]._tasks)  # noqa: SLF001 - told nowhere else
            case "_wait" | "wait" if frame.f_globals.get("__name__") == "asyncio.tasks":
                yield from _tasks_in(variables.get("fs", ()))
            case "wait_for":
                yield from _tasks_in([variables.get("fut")])


def _tasks_in(values: Iterable[Any]) -> Iterator[asyncio.Task[Any]]:
    return (each for each in tuple(values) if isinstance(each, asyncio.Task))


def _lock_awaited(frames: list[FrameType]) -> object:
    """The lock, of asyncio or of anyio, that the innermost frame tries to take."""
    innermost = frames[-1] if frames else None
    if innermost is None or innermost.f_code.co_name not in {"acquire", "acquire_on_behalf_of"}:
        return None
    is_own = not is_library(innermost.f_code.co_filename)
    return None if is_own else innermost.f_locals.get("self")


def _words_for(frames: list[FrameType], future: Any) -> str:
    """What a task waits for, in words, if neither for tasks nor for a lock."""
    for frame in frames:
        words = _WORDS.get(frame.f_code.co_qualname)
        if words is not None and is_library(frame.f_code.co_filename):
            return words(frame.f_locals.get("self"))
    return "a Future that nobody resolves" if future is not None else "its turn"


def _connection(stream: Any) -> str:
    transport = getattr(stream, "_transport", None)
    peer = transport.get_extra_info("peername") if transport is not None else None
    if isinstance(peer, tuple):
        return f"data from {peer[0]}:{peer[1]}"
    return "data from a connection"


def _always(words: str) -> Callable[[Any], str]:
    return lambda _owner: words


# By the qualified name of a function of asyncio's or anyio's; given its `self`.
_WORDS: dict[str, Callable[[Any], str]] = {
    "Barrier.wait": lambda barrier: (
        f"the last at a Barrier: {barrier.n_waiting} of {barrier.parties} have come"
    ),
    "Condition.wait": _always("a Condition that nobody notifies"),
    "Event.wait": _always("an Event that nobody sets"),
    "MemoryObjectReceiveStream.receive": _always("an item of an empty memory stream"),
    "MemoryObjectSendStream.send": _always("room in a full memory stream"),
    "Queue.get": lambda queue: f"an item of an empty {type(queue).__name__}",
    "Queue.join": lambda queue: (
        f"{queue._unfinished_tasks} task_done() of a {type(queue).__name__}"  # noqa: SLF001
    ),
    "Queue.put": lambda queue: f"room in a full {type(queue).__name__} of {queue.maxsize}",
    "Server.serve_forever": _always("a Server that nobody closes"),
    "SocketStream.receive": _always("data from a connection"),
    "SocketStream.send": _always("a peer that does not read"),
    "StreamReader._wait_for_data": _connection,
    "StreamWriter.drain": _always("a peer that does not read"),
}
