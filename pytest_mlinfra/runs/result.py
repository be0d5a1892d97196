"""The result of one run, read off its events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.result import Item, ItemResult, Outcome, keep
from pytest_mlinfra.runs.events import Ended, Event, Finished, Noted, Opened, Planned, Started


@dataclass(frozen=True)
class RunResult:
    """What became of a request.

    Attributes:
        results: one per planned item, in the order of the plan.
        opened: whether the grader came as far as looking at the answer.
        exit_code: pytest's, or None if the run did not come to its end by itself.
        running: the name of the item that was running when it did not.
        notes: further data, by name.
        output: what was printed, its tail cut off where it was long.
        seconds: real seconds that the run took.
        timed_out: whether it was ended for running too long.
    """

    results: tuple[ItemResult, ...]
    opened: bool
    exit_code: int | None
    running: str | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    output: str = ""
    seconds: float = 0
    timed_out: bool = False


def result_of(
    events: Sequence[Event], *, output: str = "", seconds: float = 0, timed_out: bool = False
) -> RunResult:
    """The result that `events` tell of, with an outcome for every item that was planned."""
    planned: list[Item] = []
    finished: dict[str, ItemResult] = {}
    notes: dict[str, Any] = {}
    running = exit_code = None
    opened = False
    for event in events:
        match event:
            case Opened():
                opened = True
            case Planned(items):
                planned.extend(items)
            case Started(name):
                running = name
            case Finished(result):
                keep(finished, result)
                running = None
            case Noted(name, content):
                notes[name] = content
            case Ended(code):
                exit_code = code
    run = RunResult(
        results=(),
        opened=opened,
        exit_code=exit_code,
        running=running,
        notes=notes,
        output=output,
        seconds=seconds,
        timed_out=timed_out,
    )
    results = [finished.get(item.name) or _not_run(item, run) for item in planned]
    return replace(run, results=tuple(results))


def _not_run(item: Item, run: RunResult) -> ItemResult:
    return ItemResult(item=item, outcome=Outcome.NOT_RUN, message=why_not_run(run))


def why_not_run(run: RunResult) -> Message:
    """What to say of items that `run` was to grade and never did."""
    where = f" in {run.running}" if run.running else ""
    if run.timed_out:
        headline = f"The run was ended after {run.seconds:.0f} s{where}: it hangs."
        return Message(id="time-limit", headline=headline)
    if run.exit_code is not None:
        headline = f"The tests were interrupted{where} (KeyboardInterrupt, or pytest.exit)."
        return Message(id="interrupted", headline=headline)
    headline = f"Python ended{where} before every test had run (os._exit, or a crash)."
    return Message(id="ended-early", headline=headline)
