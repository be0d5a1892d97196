"""From an exception to the message for its author."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from pytest_mlinfra.errors import (
    BrokenRuleError,
    CancellationError,
    CourseError,
    DeadlockError,
    ExpectationError,
    JailError,
    MlinfraError,
    RaceFoundError,
    SubjectError,
    TimeLimitError,
)
from pytest_mlinfra.grading.message import FallsShortError, Message, shortened
from pytest_mlinfra.katas.frames import innermost_among, innermost_place
from pytest_mlinfra.places import Place, shown

_UNNAMED = "wrong-result"
_ABOUT_THE_ANSWER = (
    BrokenRuleError,
    CancellationError,
    DeadlockError,
    FallsShortError,
    RaceFoundError,
    SubjectError,
    TimeLimitError,
)
# What Python and asyncio say of the result of a plain function in the place of a coroutine.
_NOT_AWAITABLE = re.compile(
    r"can't be used in 'await'|a coroutine was expected|or an awaitable is required"
)
_NOT_A_COROUTINE = (
    "Something is awaited that is no coroutine: the function is no `async def`, or it yields."
)
# A coroutine, a task or a future in the place of its result.
_NOT_AWAITED = re.compile(r"'(coroutine|_asyncio\.Task|_asyncio\.Future|_GatheringFuture)' object")
_MISSING_AWAIT = "A coroutine is used as if it were its result: an `await` is missing."
# What asyncio says of an object that was made for a loop which is gone.
_OTHER_LOOP = re.compile(r"Event loop is closed|different (event )?loop")
_KEPT_TOO_LONG = (
    "Something is kept from one event loop to the next: a client or a lock that is made "
    "outside of the function which uses it, perhaps."
)
_SAYS_NOTHING = ("assert False", "assert None", "assert not True")
# What pytest adds for somebody at a command line.
_FOR_THE_COMMAND_LINE = re.compile(r"\s*(Use -v to get|Omitting \d+ identical items, use).*")
_LOOP_IN_LOOP = "An event loop is started inside of one that runs: a coroutine awaits instead."


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
    if isinstance(error, FallsShortError):
        return error.message
    if isinstance(error, BaseExceptionGroup):
        # The others of a group are mostly the same once more.
        return explain(error.exceptions[0], files, headline, message_id)
    if isinstance(error, SubjectError):
        return _about_import(error)
    place = innermost_place(error, files)
    if place is None and isinstance(error, RaceFoundError | CancellationError):
        place = innermost_among(error.places, files)
    name, headline, evidence = _kind_of(error, place, headline, message_id)
    return Message(
        id=name,
        headline=headline,
        evidence=evidence,
        path=shown(place.path) if place else None,
        line=place.line if place else None,
    )


def _about_import(error: SubjectError) -> Message:
    line = Place(error.path, error.line, "").text if error.line else ""
    return Message(
        id=error.message_id,
        headline=f"{error}.",
        evidence=line,
        path=shown(error.path),
        line=error.line,
    )


def _kind_of(
    error: BaseException, place: Place | None, headline: str, message_id: str | None
) -> tuple[str, str, str]:
    """The id, the headline and the evidence for `error`."""
    match error:
        case NotImplementedError() if place is not None:
            return "not-implemented", f"{place.function} is not written yet.", ""
        case DeadlockError():
            return "deadlock", "The program waits for ever: a deadlock.", shortened(str(error))
        case BrokenRuleError():
            return error.message_id, f"The {str(error).removeprefix('the ')}.", ""
        case TimeLimitError():
            here = f"It was here: {place.text}" if place else ""
            return "time-limit", f"The test {error}.", here
        case SystemExit():
            here = f"It was here: {place.text}" if place else ""
            return "exits", "The code under test ends Python.", here
        case ExpectationError():
            # Its picture is as short as it can be, and has to stay whole.
            return message_id or _UNNAMED, headline, str(error)
        case RaceFoundError():
            return message_id or "race", headline, str(error)
        case CancellationError():
            return message_id or "cancellation", headline, str(error)
        case AssertionError() | MlinfraError():
            return message_id or _UNNAMED, headline, shortened(_plain(str(error)))
        case _:
            evidence = shortened(f"{type(error).__name__}: {error}")
            return _about_coroutines(error) or (message_id or _UNNAMED, headline, evidence)


def _about_coroutines(error: BaseException) -> tuple[str, str, str] | None:
    """The id, the headline and the evidence for what Python says of coroutines, or None."""
    text = str(error)
    match error:
        case TypeError() if _NOT_AWAITABLE.search(text):
            return "not-a-coroutine", _NOT_A_COROUTINE, text
        case RuntimeError() if _OTHER_LOOP.search(text):
            return "outlives-its-loop", _KEPT_TOO_LONG, text
        case RuntimeError() if "cannot be called from a running event loop" in text:
            return "loop-in-loop", _LOOP_IN_LOOP, text
        case AttributeError() | TypeError() if _NOT_AWAITED.search(text):
            return "missing-await", _MISSING_AWAIT, f"{type(error).__name__}: {text}"
    return None


def _plain(text: str) -> str:
    """What an assertion says, without empty lines and advice on options of pytest."""
    lines = [
        line
        for line in text.splitlines()
        if line.strip() and not _FOR_THE_COMMAND_LINE.fullmatch(line)
    ]
    # Where the test says in words what it saw, the bare comparison says it once more.
    for number, line in enumerate(lines[1:], start=1):
        is_bare = line in _SAYS_NOTHING or number == len(lines) - 1
        if line.startswith("assert ") and is_bare:
            return "\n".join(lines[:number])
    return "\n".join(lines)


def is_graders_fault(error: BaseException, files: Collection[Path], phase: str) -> bool:
    """Whether `error` says that the grader broke, and nothing about the answer.

    Args:
        error: what ended the test.
        files: the learner's own files.
        phase: ``setup``, ``call`` or ``teardown``. Set-up and tear-down are the
            course's own code, unless the learner's stands in the traceback.
    """
    if isinstance(error, CourseError | JailError):
        return True
    if phase == "call" or isinstance(error, _ABOUT_THE_ANSWER):
        return False
    return innermost_place(error, files) is None
