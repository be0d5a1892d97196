"""Exceptions of tasks and futures that nobody has asked for."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Iterator
from types import FrameType
from typing import Any

from pytest_mlinfra.clock.blame import place_of
from pytest_mlinfra.clock.finding import Finding, quoted
from pytest_mlinfra.clock.leaks.leak import Leak
from pytest_mlinfra.clock.leaks.origins import Births, Origins
from pytest_mlinfra.clock.leaks.tasks import Tasks, is_unheard, name_of
from pytest_mlinfra.clock.replacements import Replacements
from pytest_mlinfra.places import Place

EXCEPTION_NEVER_RETRIEVED = "exception-never-retrieved"
_ADVICE = "await what was started, where its exception can be dealt with"

_OF_JOBS = asyncio.wrap_future.__code__


class UnheardExceptions:
    """Finds the tasks and futures that failed without anybody knowing.

    Args:
        loop: the loop that makes futures.
        tasks: its tasks.
        origins: where futures come from.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, tasks: Tasks, origins: Origins) -> None:
        self._loop = loop
        self._tasks = tasks
        self._origins = origins
        self._futures: Births[asyncio.Future[Any]] = Births(
            lambda future: future.done() and not is_unheard(future)
        )
        self._replacements = Replacements()

    def start(self) -> None:
        """Begin to keep futures in mind."""
        create_future = self._loop.create_future

        def noting() -> asyncio.Future[Any]:
            future = create_future()
            place = self._place_of_future(sys._getframe(1))  # noqa: SLF001 - who makes it
            if place is not None:
                self._futures.add(future, place)
            return future

        self._replacements.replace(self._loop, "create_future", noting)

    def stop(self) -> None:
        """Keep no further future in mind."""
        self._replacements.undo()

    def leaks(self) -> Iterator[Leak]:
        """What failed unheard; it is heard now, so that the loop does not complain as well."""
        for future, born in [*self._tasks.births.left, *self._futures.left]:
            if is_unheard(future):
                error = future.exception()
                if error is not None:
                    yield Leak(self._finding(future, error, born))

    def _place_of_future(self, frame: FrameType) -> Place | None:
        """Who is to blame for a future that `frame` makes.

        Only what the code under test asks for counts: libraries make one whenever they
        wait for something.
        """
        if frame.f_code is _OF_JOBS:
            origin = self._origins.here()
            return origin.place if origin is not None else None
        return place_of(frame) if self._origins.blame.owns(frame.f_code) else None

    def _finding(self, future: asyncio.Future[Any], error: BaseException, born: Place) -> Finding:
        name = f"The task {name_of(future)}" if isinstance(future, asyncio.Task) else "A future"
        text = f"{type(error).__name__}: {error}".removesuffix(": ")
        return Finding(
            id=EXCEPTION_NEVER_RETRIEVED,
            headline=f"{name} failed, and nobody has heard of it: {text}",
            place=born,
            advice=_ADVICE,
            evidence=tuple(self._raised(error)),
            subject=type(error).__name__,
            explains_failure=True,
        )

    def _raised(self, error: BaseException) -> Iterator[str]:
        """The innermost line of the code under test that `error` went through, if any."""
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        own = [frame for frame in frames if self._origins.blame.owns(frame.f_code)]
        for frame in own[-1:]:
            yield f"it was raised at {quoted(place_of(frame))}"
