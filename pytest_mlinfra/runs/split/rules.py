"""What the driver holds a worker to, and by what it has one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pytest_mlinfra.runs.split.channel import Channel


@dataclass(frozen=True)
class Rules:
    """What the worker may use up.

    Attributes:
        turn_seconds: real seconds that it may keep one turn.
        messages: messages in one test.
        turns_at_one_moment: turns without the time going on.
    """

    turn_seconds: float = 5.0
    messages: int = 500_000
    turns_at_one_moment: int = 20_000


@dataclass(frozen=True)
class Connection:
    """A worker that has been started.

    Attributes:
        channel: the way to it.
        end: ends its process.
    """

    channel: Channel
    end: Callable[[], None]
