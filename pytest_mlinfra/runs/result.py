"""The result of one run, read off what it reported and how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.result import Item, ItemResult, Outcome, keep
from pytest_mlinfra.runs.events import read_events
from pytest_mlinfra.runs.job import Ending
from pytest_mlinfra.runs.limits import Hit, Limit
from pytest_mlinfra.runs.reasons import Reason, reason_of
from pytest_mlinfra.runs.request import Isolation
from pytest_mlinfra.runs.transcript import Transcript

# The phase of what is reported about a part of a test, while that goes on.
SUBTEST = "subtest"
# The phase of a test that was running when the run was broken off: it found nothing.
BROKEN_OFF = "broken off"


@dataclass(frozen=True)
class RunResult:
    """What became of a request.

    Attributes:
        results: one per planned item, in the order of the plan; before them those that
            nobody had planned, which are worth nothing.
        isolation: how it was run.
        planned: what it was going to grade itself; None if it never came to say that.
        opened: whether the grader came as far as looking at the answer.
        exit_code: pytest's, or None if the run did not come to its end by itself. No
            evidence of success: that each item gives for itself.
        reason: why it did not get to the end of every item, if it did not.
        notes: further data, by name.
        hits: the limits that it went beyond.
        lost: whether whoever watched over it vanished, again and again.
        output: what the learner's code printed, up to the limit.
        seconds: real seconds that it took.
    """

    results: tuple[ItemResult, ...]
    isolation: Isolation
    planned: tuple[Item, ...] | None
    opened: bool
    exit_code: int | None
    reason: Reason
    notes: dict[str, Any] = field(default_factory=dict)
    hits: tuple[Hit, ...] = ()
    lost: bool = False
    output: str = ""
    seconds: float = 0


def result_of(
    ending: Ending,
    isolation: Isolation,
    files: Collection[Path],
    expected: Sequence[Item] | None = None,
) -> RunResult:
    """The result of a run that ended like `ending`.

    Args:
        ending: how its process ended.
        isolation: how it was run.
        files: the learner's own files.
        expected: the items that it had to report, known before it began; None where it
            is left to the run to say that.
    """
    transcript = Transcript.of(read_events(ending.events))
    reason = reason_of(transcript, ending, files)
    plan = transcript.planned or () if expected is None else expected
    judge = _Judge(transcript, reason)
    return RunResult(
        results=(*judge.unplanned(plan), *(judge.result_for(item) for item in plan)),
        isolation=isolation,
        planned=transcript.planned,
        opened=transcript.opened,
        exit_code=transcript.exit_code,
        reason=reason,
        notes=transcript.notes,
        hits=ending.hits,
        lost=ending.lost,
        output=_printed(ending),
        seconds=ending.seconds,
    )


class _Judge:
    """Holds what a run reported about an item against what it had to report."""

    def __init__(self, transcript: Transcript, reason: Reason) -> None:
        self._transcript = transcript
        self._reason = reason

    def unplanned(self, plan: Sequence[Item]) -> list[ItemResult]:
        """What was reported besides: it can tell why something is missing, and earns nothing."""
        names = {item.name for item in plan}
        further = [item for item in self._transcript.planned or () if item.name not in names]
        return [self.result_for(replace(item, max_points=0)) for item in further]

    def result_for(self, item: Item) -> ItemResult:
        """The result for `item`: what was reported, once and to the end, or why there is none."""
        reports = self._transcript.reports.get(item.name, [])
        if item.name not in self._transcript.left:
            return self._unfinished(item, reports)
        phases = Counter(report.phase for report in reports if report.phase != SUBTEST)
        if max(phases.values(), default=0) > 1:
            return _failed(item, "reported-twice", "The test was reported more than once.")
        decided: dict[str, ItemResult] = {}
        for report in reports:
            keep(decided, report)
        if not decided:
            return _failed(item, "not-reported", "The test ended without a word about it.")
        result = replace(decided[item.name], item=item)
        return replace(result, phase="call") if result.phase == SUBTEST else result

    def _unfinished(self, item: Item, reports: Sequence[ItemResult]) -> ItemResult:
        fallen = next((each for each in reports if each.outcome is not Outcome.PASSED), None)
        if fallen is not None:
            return replace(fallen, item=item)
        if item.name == self._transcript.running:
            message = self._reason.of_running(item)
            return ItemResult(item=item, outcome=Outcome.FAILED, phase=BROKEN_OFF, message=message)
        return ItemResult(item=item, outcome=Outcome.NOT_RUN, message=self._reason.of_waiting())


def _failed(item: Item, message_id: str, headline: str) -> ItemResult:
    message = Message(id=message_id, headline=headline)
    return ItemResult(item=item, outcome=Outcome.FAILED, message=message)


def _printed(ending: Ending) -> str:
    cut = [f"… {hit}" for hit in ending.hits if hit.limit is Limit.OUTPUT]
    return "\n".join([ending.output, *cut]) if cut else ending.output
