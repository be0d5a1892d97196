"""What became of one graded item: a test, a rule for a suite, a planted bug, a gate."""

from __future__ import annotations

import enum

import msgspec

from pytest_mlinfra.grading.message import Message


class Outcome(enum.StrEnum):
    """How one item ended."""

    PASSED = "passed"
    FAILED = "failed"
    PENDING = "pending"
    """The stub has not been touched, so there was nothing to grade."""
    SKIPPED = "skipped"
    """The test skipped itself or expected its own failure, which proves nothing."""
    NOT_RUN = "not run"
    """It was to run and nothing was heard of it."""
    NOT_CHECKED = "not checked"
    """The tool that would tell is missing."""
    NOT_EARNED = "not earned"
    """A gate that is passed by an answer of which nothing works: an empty file is clean, too."""
    GRADER_ERROR = "grader error"
    """The grader broke; the answer may be right."""


class Sort(enum.StrEnum):
    """What sort of thing is graded."""

    TEST = "test"
    """A test of the course, or of the learner where those are to be written."""
    SUITE = "suite"
    """A rule that a learner's test suite has to keep."""
    BUG = "bug"
    """A planted bug that a learner's suite has to find."""
    GATE = "gate"
    """A quality gate."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Something that will be graded, known before any of the learner's code has run.

    Attributes:
        kata: the id of its kata.
        name: what tells it from the kata's other items.
        sort: what sort of thing it is.
        max_points: what it is worth.
    """

    kata: str
    name: str
    sort: Sort
    max_points: float


class ItemResult(msgspec.Struct, frozen=True, kw_only=True):
    """How one item ended.

    Attributes:
        item: which.
        outcome: how.
        phase: ``setup``, ``call`` or ``teardown``: what was under way when it ended;
            ``broken off`` if the whole run ended with it.
        message: what to tell the learner; None where there is nothing to tell.
        seconds: real seconds that it took.
    """

    item: Item
    outcome: Outcome
    phase: str = "call"
    message: Message | None = None
    seconds: float = 0

    @property
    def points(self) -> float:
        """The points earned: all of the item's or none."""
        return self.item.max_points if self.outcome is Outcome.PASSED else 0


def keep(results: dict[str, ItemResult], new: ItemResult) -> None:
    """Put `new` among `results`, by name; of two for one item, the first that tells of trouble.

    An item may be heard of twice: it passed, and then its tear-down failed.
    """
    before = results.get(new.item.name)
    if before is None or before.outcome is Outcome.PASSED:
        results[new.item.name] = new
