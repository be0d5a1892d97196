"""What to say of items that a run did not get to the end of."""

from __future__ import annotations

import signal
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.result import Item, Sort
from pytest_mlinfra.places import Place, shown
from pytest_mlinfra.runs.job import Ending
from pytest_mlinfra.runs.limits import Limit
from pytest_mlinfra.runs.transcript import Transcript

_IMPORT = "the import of your files"


@dataclass(frozen=True)
class Reason:
    """Why a run did not come to its end.

    Attributes:
        id: of the messages about it.
        during: the name of what was running; None where nothing was.
        words: what that did, as in "ran longer than 5 s".
        place: the line of the learner's that was being run, if that is known.
    """

    id: str
    during: str | None
    words: str
    place: Place | None

    def of_running(self, item: Item) -> Message:
        """What to say of `item`, which was running."""
        subject = "The test" if item.sort is Sort.TEST else "The check"
        return self._message(f"{subject} {self.words}.")

    def of_waiting(self) -> Message:
        """What to say of an item that was never begun."""
        return self._message(f"Not run, because {self.during or 'the run'} {self.words}.")

    def _message(self, headline: str) -> Message:
        place = self.place
        if place is None:
            return Message(id=self.id, headline=headline)
        return Message(
            id=self.id,
            headline=headline,
            evidence=f"It was here: {place.text}" if place.text else "",
            path=shown(place.path),
            line=place.line,
        )


def reason_of(transcript: Transcript, ending: Ending, files: Collection[Path]) -> Reason:
    """Why the run with this transcript did not get to the end of every item.

    Args:
        transcript: what it said.
        ending: how its process ended.
        files: the learner's own files.
    """
    during = transcript.running
    if during is None and transcript.planned is None:
        during = _IMPORT
    name, words = _what_happened(transcript, ending)
    return Reason(name, during, words, _place(transcript, ending, files))


def _what_happened(transcript: Transcript, ending: Ending) -> tuple[str, str]:
    """The id and the words."""
    hit = next((hit for hit in ending.hits if hit.limit is not Limit.OUTPUT), None)
    if hit is not None:
        return hit.limit, str(hit)
    if ending.lost:
        return "ends-the-grader", "ended processes that it had not started, again and again"
    if transcript.interrupted is not None:
        by = transcript.interrupted.by
        name = "interrupted" if by == KeyboardInterrupt.__name__ else "exits-pytest"
        return name, f"broke off all of the tests ({by})"
    if transcript.exit_code is not None:
        return "not-reported", "ended without a word about it"
    code = ending.exit_code or 0
    if code < 0:
        return "crashed", f"crashed Python ({_signal(-code)})"
    return "ended-early", f"ended Python with exit code {code}"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # most of the real-time signals have no name
        return f"signal {number}"


def _place(transcript: Transcript, ending: Ending, files: Collection[Path]) -> Place | None:
    names = {str(path) for path in files}
    for frame in ending.stack:
        if frame.path in names:
            return Place(Path(frame.path), frame.line, frame.function)
    broken_off = transcript.interrupted
    if broken_off is not None and broken_off.path is not None and broken_off.line is not None:
        return Place(Path(broken_off.path), broken_off.line, "")
    return None
