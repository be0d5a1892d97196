"""The errors that this package raises, as one tree.

::

    MlinfraError
    ├── CourseError               the course is broken, not the answer
    │   ├── ManifestError         a kata.toml that cannot be used
    │   ├── DuplicateKataError    two katas that share a number or a name
    │   └── BugError              a planted bug that does not fit its module
    ├── UsageError                what was asked for does not exist
    │   ├── CourseNotFoundError
    │   ├── UnknownKataError
    │   └── SubmissionError
    ├── SubjectError              the learner's file cannot be imported
    │   └── MissingNameError      it lacks a name; an AttributeError, too
    ├── BrokenRuleError           the process of an answer broke a rule of its jail
    ├── DeadlockError             nothing left that could wake any task
    ├── FleetError                a model server used in a way that cannot work
    └── MissingToolError          a quality tool that is not installed
    TimeLimitError                a BaseException: learners' code must not catch it

Whoever meets a `CourseError` says "the grader broke"; every other error speaks
about the answer or about the question.
"""

from __future__ import annotations


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


class UsageError(MlinfraError):
    """Something was asked for that does not exist or makes no sense."""


class CourseNotFoundError(UsageError):
    """There is no folder of exercises here or above."""


class UnknownKataError(UsageError):
    """No kata, or more than one, answers to the given number, name or path."""


class SubmissionError(UsageError):
    """A folder to be graded that is not laid out like ``exercises/``."""


class SubjectError(MlinfraError):
    """A learner's file that cannot be imported or lacks a name.

    Attributes:
        message_id: which of the ways it went wrong, for instance ``syntax-error``.
        line: the line in the learner's file, counted from 1, or None.
    """

    def __init__(self, message_id: str, text: str, line: int | None = None) -> None:
        super().__init__(text)
        self.message_id = message_id
        self.line = line


class MissingNameError(SubjectError, AttributeError):
    """A name that a learner's file does not define was used.

    Also an `AttributeError`: whoever merely looks whether something has an attribute
    finds that it has not.
    """

    def __init__(self, text: str) -> None:
        super().__init__("missing-name", text)


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


class DeadlockError(MlinfraError):
    """Every task waits, and no timer, socket or thread is left to wake one."""


class FleetError(MlinfraError):
    """A model server that is used in a way that cannot work."""


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
