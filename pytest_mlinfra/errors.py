"""The errors that this package raises, as one tree.

::

    MlinfraError
    ├── CourseError               the course or its grader is broken, not the answer
    │   ├── ManifestError         a kata.toml that cannot be used
    │   ├── DuplicateKataError    two katas that share a number or a name
    │   ├── BugError              a planted bug that does not fit its module
    │   ├── RulesError            a rules.toml that cannot be used
    │   └── RunError              nothing can be run here
    ├── UsageError                what was asked for does not exist
    │   ├── CourseNotFoundError
    │   ├── UnknownKataError
    │   ├── SubmissionError
    │   └── HiddenTestsError      hidden tests that are not there
    ├── SubjectError              the learner's file cannot be imported
    │   └── MissingNameError      it lacks a name; an AttributeError, too
    ├── BrokenRuleError           the process of an answer broke a rule of its jail
    ├── JailError                 no process for answers can be had, or it is gone
    ├── DeadlockError             nothing left that could wake any task
    ├── RaceFoundError            a test that only some orders of its tasks pass
    ├── CancellationError         a cancellation that leaves something behind
    ├── FleetError                a model server used in a way that cannot work
    │   ├── FaultError            a fault described in a way that cannot be; a ValueError, too
    │   └── ModelError            a model described in a way that cannot be; a ValueError, too
    │   └── FleetFileError        a fleet.toml that cannot be used
    ├── ExpectationError          servers saw something else; an AssertionError, too
    └── MissingToolError          a quality tool that is not installed
    TimeLimitError                a BaseException: learners' code must not catch it
    BlockingCallError             likewise
    RealTimeWarning               a UserWarning: the virtual clock passes in real time

Whoever meets a `CourseError` says "the grader broke"; every other error speaks
about the answer or about the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class MlinfraError(Exception):
    """Base of every error that this package raises on purpose."""


class CourseError(MlinfraError):
    """The course itself is broken: never the learner's fault, never a lost point."""


class ManifestError(CourseError):
    """A ``kata.toml`` that cannot be read or says something impossible."""


class DuplicateKataError(CourseError):
    """Two katas that one number or one name would both mean."""


class BugError(CourseError):
    """A planted bug whose text does not stand exactly once in its module."""


class RulesError(CourseError):
    """A ``rules.toml`` that cannot be read or says something impossible."""


class RunError(CourseError):
    """What runs answers cannot be started, or broke down."""


class UsageError(MlinfraError):
    """Something was asked for that does not exist or makes no sense."""


class CourseNotFoundError(UsageError):
    """There is no folder of exercises here or above."""


class UnknownKataError(UsageError):
    """No kata, or more than one, answers to the given number, name or path."""


class SubmissionError(UsageError):
    """A folder to be graded that is not laid out like ``exercises/``."""


class HiddenTestsError(UsageError):
    """Hidden tests were asked for, and this copy of the course has none."""


class SubjectError(MlinfraError):
    """A learner's file that cannot be imported or lacks a name.

    Attributes:
        message_id: which of the ways it went wrong, for instance ``syntax-error``.
        path: the learner's file.
        line: the line in it, counted from 1; None where the whole file is meant.
    """

    def __init__(self, message_id: str, text: str, path: Path, line: int | None = None) -> None:
        super().__init__(text)
        self.message_id = message_id
        self.path = path
        self.line = line


class MissingNameError(SubjectError, AttributeError):
    """A name that a learner's file does not define was used.

    Also an `AttributeError`: whoever merely looks whether something has an attribute
    finds that it has not.
    """

    def __init__(self, name: str, path: Path) -> None:
        super().__init__("missing-name", f"{path.name} does not define {name}", path)


class BrokenRuleError(MlinfraError):
    """The process in which an answer runs broke a rule, which ended it.

    Attributes:
        reason: what it did; completes a sentence that begins with "the process".
        message_id: which rule it was, for instance ``time-limit``.
    """

    def __init__(self, reason: str, message_id: str = "broken-rule") -> None:
        super().__init__(f"the process of the answer {reason}")
        self.reason = reason
        self.message_id = message_id


class JailError(MlinfraError):
    """The process that starts those of answers cannot be started, or is gone.

    The grader broke, and nothing is said about an answer.
    """


class DeadlockError(MlinfraError):
    """Every task waits, and no timer, socket or thread is left to wake one."""


class RaceFoundError(MlinfraError):
    """Code that works in one order of its tasks' steps fails in another.

    Attributes:
        cause: what it failed with in that order.
        schedule: the order, as text to replay it with.
        picture: that order step by step, for a terminal of 80 columns.
        places: the lines at which steps had to wait: file and line, counted from 1.
    """

    def __init__(
        self,
        text: str,
        cause: BaseException,
        schedule: str,
        picture: str = "",
        places: tuple[tuple[str, int], ...] = (),
    ) -> None:
        super().__init__(text)
        self.cause = cause
        self.schedule = schedule
        self.picture = picture
        self.places = places


class CancellationError(MlinfraError):
    """Code that is cancelled at one of its awaits leaves something behind.

    Attributes:
        points: the awaits, as text to cancel at again.
        places: the lines that lead to the first of them, outermost first: file and line,
            counted from 1.
    """

    def __init__(
        self, text: str, points: tuple[str, ...], places: tuple[tuple[str, int], ...] = ()
    ) -> None:
        super().__init__(text)
        self.points = points
        self.places = places


class FleetError(MlinfraError):
    """A model server that is used in a way that cannot work."""


class FaultError(FleetError, ValueError):
    """A fault that is described in a way that cannot be.

    Also a `ValueError`, as which a reader of configuration files reports it with the key.
    """


class ModelError(FleetError, ValueError):
    """A model that is described in a way that cannot be.

    Also a `ValueError`, as which a reader of configuration files reports it with the key.
    """


class FleetFileError(FleetError):
    """A ``fleet.toml`` that cannot be read or says something impossible.

    Attributes:
        problems: each as ``file:line:column: what is wrong``.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class ExpectationError(MlinfraError, AssertionError):
    """Model servers saw something else than was expected of their clients.

    Attributes:
        complaint: what was expected and what was seen, in a sentence or a few lines.
        picture: the timeline of what was seen.
    """

    def __init__(self, complaint: str, picture: str) -> None:
        super().__init__(f"{complaint}\n\n{picture}")
        self.complaint = complaint
        self.picture = picture


class MissingToolError(MlinfraError):
    """A quality tool that is not installed: its gate is "not checked", never passed."""


class TimeLimitError(BaseException):
    """Code ran for longer than its limit of real time.

    Not an `Exception`, so that an ``except Exception`` in the code under test
    does not swallow the very signal that is to stop it.

    Attributes:
        seconds: the limit that was passed, in real seconds.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"ran longer than {seconds:g} s")
        self.seconds = seconds


class BlockingCallError(BaseException):
    """A call was not made, since it would have stopped the event loop that it runs on.

    Not an `Exception`, so that an ``except Exception`` around the call, which is meant
    for its own errors, does not swallow this one.
    """


class RealTimeWarning(UserWarning):
    """The virtual clock goes on in real time, without something that has not ended."""
