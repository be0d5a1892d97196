"""The drawing of a deadlock: who waits for what, when nobody is left to wake anybody."""

from __future__ import annotations

import asyncio
import linecache
import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from pytest_mlinfra.clock.executors import Job
from pytest_mlinfra.clock.in_flight import place_of_thread
from pytest_mlinfra.clock.ownership import Taken
from pytest_mlinfra.clock.waiting import Wait, by_name, wait_of
from pytest_mlinfra.places import fitted

_COLUMNS = 76  # pytest puts four before each line
_MOST_GROUPS = 12
_MOST_NAMES = 4

_Task = asyncio.Task[Any]


def describe_deadlock(
    loop: asyncio.AbstractEventLoop,
    jobs: Sequence[Job] = (),
    main: asyncio.Future[Any] | None = None,
    but: Collection[_Task] = (),
) -> str:
    """A drawing of who waits for what.

    Args:
        loop: whose tasks.
        jobs: what its executors have not finished.
        main: the task that is drawn first, if it is one.
        but: tasks that have no part in it.

    Returns:
        A line on what happened. Then for each task its name, where it waits and what for;
        tasks which all wait in the same place for the same thing are drawn as one. Last
        the circle, if some wait for each other.
    """
    stuck = [task for task in asyncio.all_tasks(loop) if not task.done() and task not in but]
    tasks = sorted(stuck, key=lambda task: (task is not main, by_name(task)))
    waits = [wait_of(task, jobs) for task in tasks]
    who = {1: "the only task waits", 2: "both tasks wait"}.get(len(tasks), f"all {len(tasks)} wait")
    lines = [f"at {loop.time():g} s {who} for ever"]
    groups = _grouped(waits)
    for group in groups[:_MOST_GROUPS]:
        lines += _drawn(group)
    if len(groups) > _MOST_GROUPS:
        hidden = sum(len(group) for group in groups[_MOST_GROUPS:])
        lines.append(f"  and {hidden} more tasks, in {len(groups) - _MOST_GROUPS} other places")
    for job in jobs:
        lines += _drawn_job(job)
    circle = _circle_among(waits)
    if circle:
        lines += ["", f"in a circle: {' → '.join(task.get_name() for task in circle)}"]
    return "\n".join(lines)


def _grouped(waits: Sequence[Wait]) -> list[list[Wait]]:
    """Those with the same code, place and words together, in the order of the first."""
    groups: dict[object, list[Wait]] = {}
    for wait in waits:
        place = (wait.frame.f_code, wait.frame.f_lineno) if wait.frame else None
        key = (wait.name, place, wait.what, wait.blockers, wait.takers)
        groups.setdefault(key, []).append(wait)
    return list(groups.values())


def _drawn(group: list[Wait]) -> Iterator[str]:
    first = group[0]
    names = [wait.task.get_name() for wait in group]
    yield ""
    yield _cut(f"  {_listed(names)}  {first.name}()")
    if first.frame is not None:
        path, line = first.frame.f_code.co_filename, first.frame.f_lineno
        yield _cut(f"    at {_shown(path)}:{line}: {linecache.getline(path, line).strip()}")
    yield from map(_cut, _awaited(first))


def _awaited(wait: Wait) -> Iterator[str]:
    if wait.tasks:
        yield f"    waits for {_listed([task.get_name() for task in wait.tasks])}"
        return
    yield f"    waits for {wait.what}"
    for taken in wait.takers[:_MOST_NAMES]:
        yield f"      taken by {_taker(taken, wait.task)}"
        if taken.task is None:
            yield "      which has ended without releasing it"
    if len(wait.takers) > _MOST_NAMES:
        yield f"      and by {len(wait.takers) - _MOST_NAMES} more"


def _taker(taken: Taken, waiting: _Task) -> str:
    name = "itself" if taken.task is waiting else taken.by
    return f"{name} at {_shown(taken.path)}:{taken.line}" if taken.line else name


def _drawn_job(job: Job) -> Iterator[str]:
    yield ""
    if job.worker is None:
        yield _cut(f"  {job.name}() in an executor, before it has begun")
        return
    yield _cut(f"  {job.worker.thread.name}  {job.name}() in a worker")
    path, line = place_of_thread(job.worker.thread)
    if line:
        yield _cut(f"    at {_shown(path)}:{line}: {linecache.getline(path, line).strip()}")


def _circle_among(waits: Sequence[Wait]) -> list[_Task]:
    """Tasks each of which waits for the next, the first again at the end; or none."""
    blockers = {wait.task: wait.blockers for wait in waits}
    finished: set[_Task] = set()
    for start in blockers:
        path: list[_Task] = []
        circle = _follow(start, blockers, path, finished)
        if circle:
            return circle
    return []


def _follow(
    task: _Task, blockers: dict[_Task, tuple[_Task, ...]], path: list[_Task], finished: set[_Task]
) -> list[_Task]:
    if task in path:
        return [*path[path.index(task) :], task]
    if task in finished:
        return []
    path.append(task)
    for blocker in blockers.get(task, ()):
        circle = _follow(blocker, blockers, path, finished)
        if circle:
            return circle
    finished.add(path.pop())
    return []


def _listed(names: Sequence[str]) -> str:
    if len(names) > _MOST_NAMES:
        return f"{', '.join(names[: _MOST_NAMES - 1])} and {len(names) - _MOST_NAMES + 1} more"
    return ", ".join(names)


def _shown(path: str) -> str:
    """A path as short as it can be told: below the working directory, or its end."""
    relative = os.path.relpath(path)
    return relative if not relative.startswith("..") else str(Path(*Path(path).parts[-2:]))


def _cut(line: str) -> str:
    return fitted(line, _COLUMNS)
