"""What came of one run with a cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_mlinfra.clock.exploration.cancellation.leftovers import Leftover
from pytest_mlinfra.clock.exploration.cancellation.points import Point, Suspension
from pytest_mlinfra.clock.exploration.plain import EndlessError
from pytest_mlinfra.errors import DeadlockError


@dataclass(frozen=True)
class Result:
    """What came of one run.

    Attributes:
        point: where it was cancelled; None if it was not.
        was_reached: whether it came that far.
        suspensions: where it waited, up to the cancellation.
        error: what the main task ended with; None if it returned.
        leftovers: what it left behind.
    """

    point: Point | None
    was_reached: bool
    suspensions: Sequence[Suspension]
    error: BaseException | None
    leftovers: Sequence[Leftover]

    @property
    def place(self) -> Suspension:
        """Where it was cancelled."""
        return self.suspensions[-1]

    def deafness(self) -> Leftover | None:
        """How the main task dealt with its cancellation, if not by ending with it."""
        error = self.error
        if isinstance(error, asyncio.CancelledError):
            return None
        if error is None:
            text = "the cancellation is swallowed: the code goes on and returns"
        elif isinstance(error, EndlessError):
            text = "the cancellation is swallowed: the code goes on and does not end"
        elif isinstance(error, DeadlockError):
            text = "after the cancellation the code waits for ever"
        else:
            text = f"the cancellation comes out as {_named(error)}"
        return Leftover("deafness", text)


def _named(error: BaseException) -> str:
    """The kind and the text of an error; of a group, those of its members."""
    if isinstance(error, BaseExceptionGroup):
        return ", ".join(_named(each) for each in error.exceptions)
    return f"{type(error).__name__}: {error}".rstrip(": ")
