"""From an exception to the message for its author."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pytest_mlinfra.errors import (
    BrokenRuleError,
    CourseError,
    DeadlockError,
    SubjectError,
    TimeLimitError,
)
from pytest_mlinfra.grading.message import FallsShortError, Message, shortened
from pytest_mlinfra.katas.frames import Place, innermost_place
from pytest_mlinfra.katas.paths import shown

_UNNAMED = "wrong-result"


def explain(
    error: BaseException, files: Collection[Path], headline: str, message_id: str | None = None
) -> Message:
    """What to tell the learner about `error`.

    Args:
        error: what ended the test.
        files: the learner's own files; the innermost of their lines is pointed at.
        headline: what the test is about, in one sentence.
        message_id: the test's own id for its failures, if it names one. An error
            that says more than "this test failed" keeps the id of its kind.
    """
    place = innermost_place(error, files)
    if isinstance(error, FallsShortError):
        return error.message
    if isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        return explain(error.exceptions[0], files, headline, message_id)
    name, headline, evidence = _kind_of(error, place, headline, message_id)
    if isinstance(error, SubjectError):
        path = next((each for each in files if each.name in str(error)), None)
        place = Place(path, error.line, "") if path and error.line else None
        return Message(
            id=name,
            headline=headline,
            evidence=place.text if place else "",
            path=shown(path) if path else None,
            line=error.line,
        )
    return Message(
        id=name,
        headline=headline,
        evidence=evidence,
        path=shown(place.path) if place else None,
        line=place.line if place else None,
    )


def _kind_of(
    error: BaseException, place: Place | None, headline: str, message_id: str | None
) -> tuple[str, str, str]:
    """The id, the headline and the evidence for `error`."""
    match error:
        case SubjectError():
            return error.message_id, f"{error}.", ""
        case NotImplementedError() if place is not None:
            return "not-implemented", f"{place.function} is not written yet.", ""
        case DeadlockError():
            return "deadlock", "The program waits for ever: a deadlock.", shortened(str(error))
        case BrokenRuleError():
            return error.message_id, f"The {str(error)[4:]}.", ""
        case TimeLimitError():
            here = f"It was here: {place.text}" if place else ""
            return "time-limit", f"The test {error}.", here
        case SystemExit():
            return "exits", "The code under test ends Python (sys.exit).", ""
        case AssertionError():
            return message_id or _UNNAMED, headline, shortened(str(error))
        case _:
            evidence = shortened(f"{type(error).__name__}: {error}")
            return message_id or _UNNAMED, headline, evidence


def is_graders_fault(error: BaseException, files: Collection[Path], phase: str) -> bool:
    """Whether `error` says that the grader broke, and nothing about the answer.

    Args:
        error: what ended the test.
        files: the learner's own files.
        phase: ``setup``, ``call`` or ``teardown``. Set-up and tear-down are the
            course's own code, unless the learner's stands in the traceback.
    """
    if isinstance(error, CourseError):
        return True
    about_the_answer = (
        BrokenRuleError,
        DeadlockError,
        FallsShortError,
        SubjectError,
        TimeLimitError,
    )
    if phase == "call" or isinstance(error, about_the_answer):
        return False
    return innermost_place(error, files) is None
