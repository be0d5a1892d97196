"""What a run reports while it goes on: one JSON object per line.

The plan comes first, so that a run which is killed still leaves behind what it was
going to do, what it had done, and what it was doing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from pytest_mlinfra.grading.result import Item, ItemResult


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """The grader is ready; what ends the process from here on is not its fault."""


class Planned(msgspec.Struct, frozen=True, tag="planned"):
    """The items that are going to be graded, in order."""

    items: tuple[Item, ...]


class Started(msgspec.Struct, frozen=True, tag="started"):
    """One item has begun."""

    name: str


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    """One phase of an item has decided about it."""

    result: ItemResult


class Left(msgspec.Struct, frozen=True, tag="left"):
    """One item is over, its tear-down included."""

    name: str


class Interrupted(msgspec.Struct, frozen=True, tag="interrupted"):
    """Something broke the whole session off.

    Attributes:
        by: what did, as its author wrote it: ``KeyboardInterrupt`` or ``pytest.exit``.
        path: the learner's file that it came through; None if it came through none.
        line: the line in it.
    """

    by: str
    path: str | None = None
    line: int | None = None


class Noted(msgspec.Struct, frozen=True, tag="noted"):
    """Further data that a run hands back, for whoever asked for it."""

    name: str
    content: Any


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """The run came to its end by itself."""

    exit_code: int


Event = Opened | Planned | Started | Finished | Left | Interrupted | Noted | Ended


class EventLog:
    """Writes events to a file or a pipe, each at once: the process may be killed at any moment.

    Args:
        path: that file, or the path of the pipe's descriptor.
    """

    def __init__(self, path: Path) -> None:
        self._stream = path.open("ab", buffering=0)

    def write(self, event: Event) -> None:
        """Append one event."""
        self._stream.write(msgspec.json.encode(event) + b"\n")

    def close(self) -> None:
        """Let nothing more be written."""
        self._stream.close()


def read_events(content: bytes) -> Iterator[Event]:
    """The events in `content`, up to a line that is none: it was cut off, or tampered with."""
    for line in content.splitlines():
        try:
            yield msgspec.json.decode(line, type=Event)
        except msgspec.DecodeError:
            return
