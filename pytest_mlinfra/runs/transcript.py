"""What a run said about itself, put in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pytest_mlinfra.grading.result import Item, ItemResult
from pytest_mlinfra.runs.events import (
    Ended,
    Event,
    Finished,
    Interrupted,
    Left,
    Noted,
    Opened,
    Planned,
    Started,
)


@dataclass
class Transcript:
    """The events of one run.

    Attributes:
        opened: whether the grader came as far as looking at the answer.
        planned: what it was going to grade, in order; None before it knew.
        reports: everything that was reported about each item, by name.
        left: names of the items that it got to the end of, tear-down included, in order.
        running: the name of the item that was begun last and is not over.
        interrupted: what broke the session off, if anything did.
        exit_code: pytest's; None if the run did not come to its end by itself.
        notes: further data, by name.
    """

    opened: bool = False
    planned: tuple[Item, ...] | None = None
    reports: dict[str, list[ItemResult]] = field(default_factory=lambda: defaultdict(list))
    left: list[str] = field(default_factory=list)
    running: str | None = None
    interrupted: Interrupted | None = None
    exit_code: int | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[Event]) -> Transcript:
        """The transcript that `events` make."""
        transcript = cls()
        for event in events:
            transcript._take(event)
        if transcript.exit_code is None and transcript.running is None and transcript.left:
            # It broke off after an item, as an exit in a thread does: that is the last
            # one's doing, or nobody's.
            transcript.running = transcript.left.pop()
        return transcript

    def _take(self, event: Event) -> None:
        match event:
            case Opened():
                self.opened = True
            case Planned(items):
                self.planned = (*(self.planned or ()), *items)
            case Started(name):
                self.running = name
            case Finished(result):
                self.reports[result.item.name].append(result)
            case Left(name):
                self.left.append(name)
                self.running = None
            case Interrupted():
                self.interrupted = event
            case Noted(name, content):
                self.notes[name] = content
            case Ended(code):
                self.exit_code = code
