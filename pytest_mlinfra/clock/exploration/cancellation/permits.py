"""Keeping account of the locks and semaphores that are acquired, and of where that was."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from pytest_mlinfra.clock.blame import is_library

# A `BoundedSemaphore` and a `Condition` use these.
_CLASSES = (asyncio.Lock, asyncio.Semaphore)


class Permits:
    """Counts what is acquired and released while `counted` is in force."""

    def __init__(self) -> None:
        # By identity: a class may define equality as it likes.
        self._held: dict[int, tuple[object, list[tuple[str, int]]]] = {}

    def held(self) -> Iterator[tuple[object, str, int]]:
        """Each permit that was not given back: of what, and where it was acquired."""
        for owner, places in self._held.values():
            for path, line in places:
                yield owner, path, line

    @contextlib.contextmanager
    def counted(self) -> Iterator[None]:
        """Keep account as long as the body runs."""
        originals = [(kind, kind.acquire, kind.release) for kind in _CLASSES]
        for kind, acquire, release in originals:
            self._replace(kind, acquire, release)
        try:
            yield
        finally:
            for kind, acquire, release in originals:
                kind.acquire = acquire  # type: ignore[method-assign]
                kind.release = release  # type: ignore[method-assign]

    def _replace(self, kind: Any, acquire: Callable[..., Any], release: Callable[..., Any]) -> None:
        account = self

        async def counted_acquire(self: object) -> Any:
            result = await acquire(self)
            account._held.setdefault(id(self), (self, []))[1].append(_caller())
            return result

        def counted_release(self: object) -> Any:
            _, places = account._held.get(id(self), (self, []))
            if places:
                places.pop()
            return release(self)

        kind.acquire = counted_acquire
        kind.release = counted_release


def _caller() -> tuple[str, int]:
    """The innermost line of the code under test that is running."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the one way to know the caller
    while frame is not None:
        if not is_library(frame.f_code.co_filename):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return "", 0
