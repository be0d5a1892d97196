"""What every detector of leaks is: something to start, to stop, and then to ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from pytest_mlinfra.clock.finding import Finding

# Puts an end to what was left behind; what it returns, if anything, has to be awaited.
Mend = Callable[[], Awaitable[object] | None]


def _nothing() -> None:
    """There is nothing to be put an end to."""


@dataclass(frozen=True)
class Leak:
    """One thing that was left behind.

    Attributes:
        finding: what to say about it.
        mend: ends it, so that it does not reach the next test.
    """

    finding: Finding
    mend: Mend = _nothing


class Detector(Protocol):
    """Finds one sort of leak."""

    def start(self) -> None:
        """Begin to keep in mind what is made."""
        ...

    def stop(self) -> None:
        """Keep in mind nothing further; undo whatever `start` changed."""
        ...

    def leaks(self) -> Iterable[Leak]:
        """What is left behind at this moment of what was made in between."""
        ...
