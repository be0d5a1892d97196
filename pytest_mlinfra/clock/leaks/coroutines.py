"""Coroutines that were made by a call and never awaited."""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import CoroutineType
from typing import Any

from pytest_mlinfra.clock.blame import Blame, Standing, definition
from pytest_mlinfra.clock.finding import Finding
from pytest_mlinfra.clock.leaks import newborn
from pytest_mlinfra.clock.leaks.leak import Leak
from pytest_mlinfra.clock.replacements import Replacements
from pytest_mlinfra.places import Place

COROUTINE_NEVER_AWAITED = "coroutine-never-awaited"


class ForgottenCoroutines:
    """Finds the coroutines that nobody awaited: dropped, or still lying about.

    Python itself calls a function of `warnings` when it drops one. That function is
    replaced, since what it does depends on the filters of the moment.

    Args:
        blame: whose coroutines are found.
    """

    def __init__(self, blame: Blame) -> None:
        self._blame = blame
        self._dropped: list[Finding] = []
        self._alive: list[CoroutineType[Any, Any, Any]] = []
        self._replacements = Replacements()
        self._depth = 0

    def start(self) -> None:
        """Have Python note where each coroutine is made, and tell of those that it drops."""
        newborn.begin()
        self._depth = sys.get_coroutine_origin_tracking_depth()
        sys.set_coroutine_origin_tracking_depth(max(self._depth, 1))
        # Python's own, and declared nowhere.
        warn = getattr(warnings, "_warn_unawaited_coroutine", None)

        def hearing(coroutine: CoroutineType[Any, Any, Any]) -> None:
            finding = self._finding(coroutine, is_dropped=True)
            if finding is not None:
                self._dropped.append(finding)
            elif warn is not None:
                warn(coroutine)

        self._replacements.replace(warnings, "_warn_unawaited_coroutine", hearing)

    def stop(self) -> None:
        """Look once at everything that is new, then note nothing further."""
        self._alive = [each for each in newborn.look() if isinstance(each, CoroutineType)]
        self._replacements.undo()
        sys.set_coroutine_origin_tracking_depth(self._depth)
        newborn.end()

    def leaks(self) -> Iterator[Leak]:
        """The coroutines that were dropped, then those that are lying about unawaited."""
        for finding in self._dropped:
            yield Leak(finding)
        for coroutine in self._alive:
            if inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED:
                found = self._finding(coroutine, is_dropped=False)
                if found is not None:
                    yield Leak(found, coroutine.close)

    def _finding(
        self, coroutine: CoroutineType[Any, Any, Any], *, is_dropped: bool
    ) -> Finding | None:
        place = self._place(coroutine)
        if place is None:
            return None
        name = coroutine.__qualname__.replace(".<locals>", "")
        return Finding(
            id=COROUTINE_NEVER_AWAITED,
            headline=f"{name}() was called and never awaited: nothing of it has run.",
            place=place,
            advice=f"await {name}(...)",
            subject=name,
            explains_failure=is_dropped,
        )

    def _place(self, coroutine: CoroutineType[Any, Any, Any]) -> Place | None:
        """The line that made `coroutine`, or the function itself where a library made it."""
        for path, line, function in coroutine.cr_origin or ():
            standing = self._blame.standing_of(path)
            if standing is not Standing.LIBRARY:
                return Place(Path(path), line, function) if standing is Standing.OWN else None
        return definition(coroutine.cr_code) if self._blame.owns(coroutine.cr_code) else None
