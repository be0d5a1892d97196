"""What a virtual loop is to those who live on its time."""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True)
class BlockingCall:
    """A call that stopped the loop's thread.

    Attributes:
        function: what was called.
        seconds: for how long, in virtual seconds.
        path: the file of the caller.
        line: its line, counted from 1.
    """

    function: str
    seconds: float
    path: str
    line: int


class Timekeeper(ABC, asyncio.AbstractEventLoop):
    """A loop whose time is virtual.

    Attributes:
        epoch: what `time.time()` was when the loop's time was 0, in whole seconds.
    """

    epoch: int

    @abstractmethod
    def block(self, call: BlockingCall) -> None:
        """Let the time of a call pass that blocks the loop's thread."""

    @property
    @abstractmethod
    def is_held(self) -> bool:
        """Whether the clock is kept still, so that workers live in real time."""

    @abstractmethod
    def accompany(self, thread: threading.Thread) -> None:
        """Take notice of a thread that is about to be started on the loop's behalf."""


def running_timekeeper() -> Timekeeper | None:
    """The virtual loop that runs in the calling thread, if one does."""
    loop: object = asyncio._get_running_loop()  # noqa: SLF001 - gives None instead of raising
    return loop if isinstance(loop, Timekeeper) else None
