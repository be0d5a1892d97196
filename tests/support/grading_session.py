"""Types of what tests of grading sessions hand around."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

# The result of a session, and for each kata what its JSON report says.
Graded = tuple[pytest.RunResult, dict[str, dict[str, Any]]]
# Runs pytest with options over a course's exercises.
Grade = Callable[..., Graded]
