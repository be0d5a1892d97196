"""The pytest item for everything graded that is not a test function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_mlinfra.errors import MissingToolError
from pytest_mlinfra.grading.message import FallsShortError, Message
from pytest_mlinfra.grading.result import Sort

Rule = Callable[[], Message | None]


class GradedItem(pytest.Item):
    """A rule that an answer keeps or breaks.

    Attributes:
        sort: what sort of thing is graded.
        rule: gives the message for the learner, or None if the rule is kept.
        max_points: what it is worth.
    """

    def __init__(self, *, sort: Sort, rule: Rule, max_points: float, **options: Any) -> None:
        super().__init__(**options)
        self.sort = sort
        self.rule = rule
        self.max_points = max_points

    def runtest(self) -> None:
        """Apply the rule.

        Raises:
            FallsShortError: it is broken.
        """
        try:
            message = self.rule()
        except MissingToolError as error:
            pytest.skip(f"not checked: {error}")
        if message is not None:
            raise FallsShortError(message)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where the item lies, and what a list of failures calls it."""
        return self.path, None, self.nodeid


class UncollectedItem(GradedItem):
    """Stands for what could not be collected, and fails with the reason.

    Attributes:
        error: the reason.
    """

    def __init__(self, *, error: Exception, **options: Any) -> None:
        super().__init__(sort=Sort.TEST, rule=lambda: None, max_points=0, **options)
        self.error = error

    def runtest(self) -> None:
        """Fail with the reason."""
        raise self.error
