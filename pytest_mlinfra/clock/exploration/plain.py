"""The plain order, with an end to what does not end by itself."""

from __future__ import annotations

import asyncio
from typing import Any

from pytest_mlinfra.clock.exploration.ready import ReadyQueue


class EndlessError(Exception):
    """More callbacks ran than anything sensible needs."""


class PlainSequencer:
    """First come, first served, as long as there is patience.

    Args:
        patience: how many callbacks may run; None for any number.
    """

    def __init__(self, patience: int | None = None) -> None:
        self.patience = patience

    def choose(self, queue: ReadyQueue) -> int | None:
        """Always the first.

        Raises:
            EndlessError: there is no patience left.
        """
        if self.patience is not None:
            self.patience -= 1
            if self.patience < 0:
                raise EndlessError
        return 0

    def turn(self) -> None:
        """The loop may poll."""

    def appended(self, handle: asyncio.Handle) -> None:
        """What is ready does not matter."""

    def created(self, task: asyncio.Task[Any], parent: asyncio.Task[Any] | None) -> None:
        """It does not matter who started which task."""

    def stretch(self, task: asyncio.Task[Any]) -> float:
        """Sleeps take as long as they should."""
        return 1.0
