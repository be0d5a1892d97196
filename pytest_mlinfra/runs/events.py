"""What a run reports while it goes on: one JSON object per line of a file.

The plan comes first, so that a run which is killed still leaves behind what it was
going to do, what it had done, and what it was doing.
"""

from __future__ import annotations

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
    """One item has ended."""

    result: ItemResult


class Noted(msgspec.Struct, frozen=True, tag="noted"):
    """Further data that a run hands back, for whoever asked for it."""

    name: str
    content: Any


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """The run came to its end by itself."""

    exit_code: int


Event = Opened | Planned | Started | Finished | Noted | Ended


class EventLog:
    """Writes events to a file, each at once: the process may be killed at any moment."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, event: Event) -> None:
        """Append one event."""
        with self._path.open("ab") as stream:
            stream.write(msgspec.json.encode(event) + b"\n")


def read_events(path: Path) -> list[Event]:
    """The events in the file at `path`, up to a last line that was cut off."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    events: list[Event] = []
    for line in lines:
        try:
            events.append(msgspec.json.decode(line, type=Event))
        except msgspec.DecodeError:
            break
    return events
