"""Events survive the death of their author."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from pytest_mlinfra.runs.events import Ended, Event, EventLog, Opened, Started, read_events


def _write(path: Path, *events: Event) -> None:
    with contextlib.closing(EventLog(path)) as log:
        for event in events:
            log.write(event)


def test_are_written_at_once_and_read_back_in_order(tmp_path: Path) -> None:
    path = tmp_path / "events"
    _write(path, Opened(), Started("one"))

    assert list(read_events(path.read_bytes())) == [Opened(), Started("one")]


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "events"
    _write(path, Opened(), Ended(0))

    assert list(read_events(path.read_bytes()[:-3])) == [Opened()]


def test_nothing_counts_after_a_line_that_is_no_event(tmp_path: Path) -> None:
    path = tmp_path / "events"
    _write(path, Opened())
    content = path.read_bytes()

    assert list(read_events(content + b"garbage\n" + content)) == [Opened()]


def test_may_go_to_a_pipe() -> None:
    reading, writing = os.pipe()
    _write(Path(f"/dev/fd/{writing}"), Opened())

    assert list(read_events(os.read(reading, 100))) == [Opened()]
    os.close(reading)
    os.close(writing)
