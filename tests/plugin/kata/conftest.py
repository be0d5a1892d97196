"""Sessions of pytest that grade katas, and what they say."""

from __future__ import annotations

import json

import pytest

from course_builder import CourseBuilder
from grading_session import Grade, Graded


@pytest.fixture
def grade(pytester: pytest.Pytester, graded_session: CourseBuilder) -> Grade:
    """Runs pytest over the exercises."""
    assert graded_session.exercises.is_dir()

    def grade(*options: str) -> Graded:
        result = pytester.runpytest("exercises", "--mlinfra-report=json:report.json", *options)
        report = pytester.path / "report.json"
        katas = json.loads(report.read_text())["katas"] if report.exists() else []
        return result, {kata["id"]: kata for kata in katas}

    return grade
