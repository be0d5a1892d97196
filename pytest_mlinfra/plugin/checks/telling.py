"""Telling of findings in a project that is not a course."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_mlinfra.clock.finding import Finding


def failure(findings: Sequence[Finding]) -> BaseException:
    """The error that makes a test fail for `findings`."""
    return pytest.fail.Exception(text_of(findings), pytrace=False)


def text_of(findings: Sequence[Finding]) -> str:
    """The findings, one after another, each under the id of its message."""
    return "\n\n".join(f"{finding.id}: {finding}" for finding in findings)


@cache
def message_ids() -> tuple[str, ...]:
    """The ids of every message that a check may tell."""
    from pytest_mlinfra.clock import blocking, leaks  # noqa: PLC0415 - only when they are used

    constants = [getattr(module, name) for module in (blocking, leaks) for name in module.__all__]
    return tuple(sorted(value for value in constants if isinstance(value, str)))
