"""Writes small courses for tests to grade."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from pytest_mlinfra.katas.library import Course
from pytest_mlinfra.katas.model import Kata

MANIFEST = """\
title = "{title}"
minutes = 5
concepts = ["echoes"]
lecture = "1_async.md#echoes"
write = [{write}]
"""
STUB = '''\
def echo(value):
    """The value itself."""
    # TODO: return it.
    raise NotImplementedError
'''
ANSWER = '''\
def echo(value):
    """The value itself."""
    return value
'''
TESTS = '''\
import pytest
from echo import echo


@pytest.mark.points(2)
@pytest.mark.message("not-an-echo")
def test_returns_the_value():
    """An echo gives back what it is given."""
    assert echo("hello") == "hello"


def test_returns_none():
    """None comes back as well."""
    assert echo(None) is None
'''
RULES = """\
[[rule]]
says = "It gives back what it is given"
messages = ["not-an-echo", "wrong-result"]
"""
HIDDEN_TESTS = '''\
from echo import echo


def test_returns_a_list():
    """A list comes back as well."""
    assert echo([1, 2]) == [1, 2]
'''
SUITE_STUB = "# TODO: write tests of echo.\n"
BUGS = """\
[[bug]]
name = "silent"
swap = "return value"
for = "return None"
question = ["Do you look?", "Do you look at the result?", "Do you compare the result?"]
witness = "echo(1)"
"""


class CourseBuilder:
    """Writes a course below a folder, one kata at a time.

    Each kata is about a function `echo`; whatever a test does not care about has a
    sensible default.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.exercises = root / "exercises"
        self.solutions = root / "solutions"
        self.exercises.mkdir()
        (self.exercises / "pyproject.toml").write_text("[tool.black]\nline-length = 100\n")

    @property
    def course(self) -> Course:
        """The course as it stands now."""
        return Course(self.exercises)

    def kata(
        self,
        kata_id: str = "async/010_echo",
        *,
        answer: str | None = ANSWER,
        stub: str = STUB,
        tests: str = TESTS,
        manifest: str = "",
        reference: str = ANSWER,
        files: Mapping[str, str] | None = None,
    ) -> Kata:
        """Write a kata in which the learner writes `echo.py`.

        Args:
            kata_id: its track and name.
            answer: what the learner wrote; None leaves the stub as it is.
            stub: the stub.
            tests: its tests.
            manifest: further lines of `kata.toml`.
            reference: the reference answer.
            files: further files of its folder, by name.
        """
        title = kata_id.rpartition("_")[2].capitalize()
        folder = self._write(
            kata_id,
            {
                "kata.toml": MANIFEST.format(title=title, write='"echo.py"') + manifest,
                "README.md": f"# {title}\n\nWrite `echo.py`. It gives back\nwhat it is given.\n",
                "HINTS.md": "# Hints\n\n## 1. Look\n\na\n\n## 2. Ask\n\nb\n\n## 3. Build\n\nc\n",
                "echo.py": stub if answer is None else answer,
                "test_echo.py": tests,
                **(files or {}),
            },
        )
        self.solution(kata_id, {"stub/echo.py": stub, "echo.py": reference})
        return Kata(folder, self.course.kata(kata_id).manifest)

    def suite_kata(
        self,
        kata_id: str = "testing/210_echo_tests",
        *,
        answer: str | None = None,
        module: str = ANSWER,
        bugs: str = BUGS,
        variants: Mapping[str, str] | None = None,
        manifest: str = "",
        tests: int = 1,
    ) -> Kata:
        """Write a kata in which the learner writes `test_echo.py`, the tests of `echo.py`.

        Args:
            kata_id: its track and name.
            answer: the tests that the learner wrote; None leaves the stub as it is.
            module: the module under test.
            bugs: the text of `bugs.toml`.
            variants: correct variants of the module, by name; each needs a docstring.
            manifest: further lines of `kata.toml`.
            tests: the least number of tests.
        """
        suite = f'\n[suite]\nmodule = "echo.py"\ntests = {tests}\n'
        folder = self._write(
            kata_id,
            {
                "kata.toml": MANIFEST.format(title="Echo tests", write='"test_echo.py"')
                + suite
                + manifest,
                "README.md": "# Echo tests\n\nWrite `test_echo.py`.\n",
                "HINTS.md": "# Hints\n\n## 1. Look\n\na\n\n## 2. Ask\n\nb\n\n## 3. Build\n\nc\n",
                "echo.py": module,
                "test_echo.py": SUITE_STUB if answer is None else answer,
            },
        )
        named = {f"variants/{name}.py": text for name, text in (variants or {}).items()}
        self.solution(kata_id, {"stub/test_echo.py": SUITE_STUB, "bugs.toml": bugs, **named})
        return Kata(folder, self.course.kata(kata_id).manifest)

    def solution(self, kata_id: str, files: Mapping[str, str]) -> Path:
        """Write files below `solutions/` for a kata."""
        return _write_all(self.solutions / kata_id, files)

    def _write(self, kata_id: str, files: Mapping[str, str]) -> Path:
        return _write_all(self.exercises / kata_id, files)


def _write_all(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return folder
