"""Async generators that were begun, and neither exhausted nor closed."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from types import AsyncGeneratorType, CodeType, FrameType
from typing import Any
from weakref import ref

from pytest_mlinfra.clock.blame import caller, definition
from pytest_mlinfra.clock.finding import Finding
from pytest_mlinfra.clock.leaks.leak import Leak
from pytest_mlinfra.clock.leaks.origins import Origins
from pytest_mlinfra.clock.replacements import Replacements
from pytest_mlinfra.places import Place

GENERATOR_LEFT_OPEN = "generator-left-open"
_ADVICE = "async with contextlib.aclosing(...) around the async for"

Generator = AsyncGeneratorType[Any, Any]


@dataclass(frozen=True)
class _Begun:
    """A generator that was begun.

    Attributes:
        generator: it, unless it is gone.
        number: which one, in the order of their beginnings.
        place: the line that began it; None if nobody is to blame.
        within: the number of the generator that began it, None if it was none.
    """

    generator: ref[Generator]
    number: int
    place: Place | None
    within: int | None


class AbandonedGenerators:
    """Finds the generators of the code under test that it begins and abandons.

    A loop is told when a generator is first asked for a value, and again when it is
    dropped before its end. A generator that is dropped because the one that asks it was
    dropped is no further mistake, nor is one in a task that is being cancelled.

    Args:
        loop: the loop.
        origins: where generators are begun.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, origins: Origins) -> None:
        self._loop: Any = loop
        self._origins = origins
        # By identity: a weak dictionary has lost a generator when its end is told.
        self._begun: dict[int, _Begun] = {}
        self._count = 0
        self._dropped: set[int | None] = set()
        self._abandoned: list[tuple[Place, CodeType]] = []
        self._replacements = Replacements()

    def start(self) -> None:
        """Begin to listen to what the loop is told."""
        if not hasattr(self._loop, "_asyncgen_firstiter_hook"):
            # A loop that is none of asyncio's tells nobody.
            return
        told_of_first = self._loop._asyncgen_firstiter_hook  # noqa: SLF001 - the only way
        told_of_last = self._loop._asyncgen_finalizer_hook  # noqa: SLF001 - the only way

        def begins(generator: Generator) -> None:
            self._begun.pop(id(generator), None)
            if self._origins.blame.owns(generator.ag_code):
                self._count += 1
                within = self._asking(caller())
                origin = self._origins.here()
                place = origin.place if origin is not None else None
                self._begun[id(generator)] = _Begun(ref(generator), self._count, place, within)
            told_of_first(generator)

        def is_dropped(generator: Generator) -> None:
            begun = self._begun.pop(id(generator), None)
            if begun is not None and not _is_being_cancelled():
                if begun.place is not None and begun.within not in self._dropped:
                    self._abandoned.append((begun.place, generator.ag_code))
                self._dropped.add(begun.number)
            told_of_last(generator)

        self._replacements.replace(self._loop, "_asyncgen_firstiter_hook", begins)
        self._replacements.replace(self._loop, "_asyncgen_finalizer_hook", is_dropped)

    def stop(self) -> None:
        """Listen no longer."""
        self._replacements.undo()

    def leaks(self) -> Iterator[Leak]:
        """The generators that were abandoned, then those that are open still."""
        yield from (Leak(_finding(place, code)) for place, code in self._abandoned)
        for begun in list(self._begun.values()):
            generator, place = begun.generator(), begun.place
            if generator is None or place is None or generator.ag_frame is None:
                continue
            yield Leak(_finding(place, generator.ag_code), partial(_close, generator))

    def _asking(self, frame: FrameType | None) -> int | None:
        """The number of the generator that runs in `frame`."""
        if frame is None or not frame.f_code.co_flags & inspect.CO_ASYNC_GENERATOR:
            return None
        for begun in self._begun.values():
            generator = begun.generator()
            if generator is not None and generator.ag_frame is frame:
                return begun.number
        return None


def _is_being_cancelled() -> bool:
    """Whether the running task has been cancelled: it leaves everything as it stands."""
    if asyncio._get_running_loop() is None:  # noqa: SLF001 - does not raise
        return False
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _close(generator: Generator) -> None:
    # What its own clean-up raises is no news: it was never to run like this.
    with contextlib.suppress(Exception):
        await generator.aclose()


def _finding(place: Place, code: CodeType) -> Finding:
    name = code.co_qualname.replace(".<locals>", "")
    return Finding(
        id=GENERATOR_LEFT_OPEN,
        headline=f"The generator {name}() is left before its end and never closed: its "
        "clean-up runs late, or never.",
        place=place,
        advice=_ADVICE,
        evidence=(f"the generator is defined at {definition(code)}",),
        subject=name,
    )
