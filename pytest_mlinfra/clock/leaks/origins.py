"""Where things come from: the line to blame for whatever is made at the moment."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from pytest_mlinfra.clock.blame import Blame, caller, cleans_up, place_of
from pytest_mlinfra.places import Place

_Thing = TypeVar("_Thing")

# The HTTP clients that are known, as module and name.
CLIENTS = (
    ("httpx", "AsyncClient"),
    ("httpx", "Client"),
    ("aiohttp.client", "ClientSession"),
)

_DETECTORS = f"{Path(__file__).parent}{os.sep}"

# How many things are kept in mind before those that are done with are forgotten.
_PLENTY = 256


@dataclass(frozen=True)
class Origin:
    """Where something was made.

    Attributes:
        place: the line to blame.
        client: the HTTP client that made it on behalf of that line, if one did.
    """

    place: Place
    client: object | None


class Origins:
    """Knows who is to blame at any moment, also in tasks in which only a library runs.

    Attributes:
        blame: whose line it may be.
    """

    def __init__(self, blame: Blame) -> None:
        self.blame = blame
        self._of_tasks: WeakKeyDictionary[asyncio.Task[Any], Origin] = WeakKeyDictionary()

    def remember(self, task: asyncio.Task[Any], origin: Origin) -> None:
        """Keep in mind where `task` was started."""
        self._of_tasks[task] = origin

    def here(self) -> Origin | None:
        """Who is to blame for what happens now; None if nobody is.

        In a task in which there are libraries all the way, it is whoever started the
        task.
        """
        trail = self.blame.trail(caller(_DETECTORS))
        if trail.is_exempt or any(cleans_up(each.f_code.co_filename) for each in trail.libraries):
            return None
        client = _client_at_work(trail.libraries)
        if trail.culprit is not None:
            # Nobody will ever close what a module keeps for good.
            is_kept = any(client is kept for kept in trail.culprit.f_globals.values())
            return Origin(place_of(trail.culprit), None if is_kept else client)
        started = self._origin_of_task()
        return replace(started, client=client) if started and client is not None else started

    def _origin_of_task(self) -> Origin | None:
        if asyncio._get_running_loop() is None:  # noqa: SLF001 - does not raise
            return None
        task = asyncio.current_task()
        return self._of_tasks.get(task) if task is not None else None


def _client_at_work(frames: list[FrameType]) -> object | None:
    """The client whose methods `frames` run, if they run those of any."""
    methods = [frame for frame in frames if "self" in frame.f_code.co_varnames]
    if not methods:
        return None
    loaded = [(sys.modules[module], name) for module, name in CLIENTS if module in sys.modules]
    classes = tuple(getattr(module, name) for module, name in loaded)
    owners = (frame.f_locals.get("self") for frame in methods)
    return next((owner for owner in owners if isinstance(owner, classes)), None)


class Births(Generic[_Thing]):
    """Things of one sort, each with its origin, until they are done with.

    They are kept alive. So what is dropped without being closed is found as well, and is
    not closed by chance when its last reference goes.

    Args:
        is_done: whether a thing needs nothing further.
    """

    def __init__(self, is_done: Callable[[_Thing], bool]) -> None:
        self._is_done = is_done
        self._things: list[tuple[_Thing, Place]] = []
        self._plenty = _PLENTY

    def add(self, thing: _Thing, place: Place) -> None:
        """Keep `thing` in mind, and the line that made it."""
        self._things.append((thing, place))
        if len(self._things) > self._plenty:
            self._things = self.left
            self._plenty = 2 * len(self._things) + _PLENTY

    @property
    def left(self) -> list[tuple[_Thing, Place]]:
        """The things that are not done with, and the line that made each."""
        return [each for each in self._things if not self._is_done(each[0])]
