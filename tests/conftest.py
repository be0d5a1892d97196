"""What many tests share: a small course to be graded, and pytest to grade it with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from course_builder import CourseBuilder
from pytest_mlinfra.katas.library import Course

pytest_plugins = ["pytester"]
pytest.register_assert_rewrite("corpus_checks")

# No test of ours is about how long something really takes.
settings.register_profile("repository", deadline=None)
settings.load_profile("repository")

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture
def builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CourseBuilder:
    """A course without a kata in an empty folder, which becomes the working directory."""
    monkeypatch.chdir(tmp_path)
    return CourseBuilder(tmp_path)


@pytest.fixture
def graded_session(pytester: pytest.Pytester) -> CourseBuilder:
    """A course where `pytester` runs pytest."""
    pytester.makepyprojecttoml("""
        [tool.pytest]
        addopts = ["--import-mode=importlib"]
        asyncio_default_fixture_loop_scope = "function"
    """)
    return CourseBuilder(pytester.path)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of this repository."""
    return REPOSITORY


@pytest.fixture
def fresh_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A copy of this repository's course in which no kata has been begun.

    It becomes the working directory. A learner may have begun katas in the repository
    itself, and its tests have to pass all the same.
    """
    for name in ("exercises", "solutions", "lectures"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=ignored)
    for stub in tmp_path.glob("solutions/*/*/stub/*"):
        kata = stub.parent.parent
        shutil.copyfile(stub, tmp_path / "exercises" / kata.parent.name / kata.name / stub.name)
    monkeypatch.chdir(tmp_path)
    return Course(tmp_path / "exercises")
