"""An answer that never ends is ended, and told why, wherever it waits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.grading.verdict import State, Verdict
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.grade import Grader

HandIn = Callable[[Kata, str], Submission]
TESTS = """\
import asyncio

from echo import echo


async def test_echoes():
    values = await asyncio.gather(*(echo(number) for number in range(3)))
    assert values == [0, 1, 2]
"""
ANSWER = """\
import asyncio, itertools


async def echo(value):
    {body}
    return value
"""


@pytest.fixture(scope="module")
def kata(tmp_path_factory: pytest.TempPathFactory) -> Kata:
    """A kata whose one test may take a third of a second."""
    builder = CourseBuilder(tmp_path_factory.mktemp("course"))
    limits = "\n[limits]\ntest = 0.3\nkata = 10\n"
    return builder.kata(answer=None, tests=TESTS, manifest=limits)


@pytest.fixture
def verdict_on(
    grader: Grader, kata: Kata, handed_in: HandIn, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Verdict]:
    monkeypatch.chdir(kata.exercises.parent)
    return lambda text: grader.grade_one(kata, handed_in(kata, text))


@pytest.mark.parametrize(
    ("body", "message_id", "evidence"),
    [
        ("while True: pass", "time-limit", "It was here: while True: pass"),
        (
            "while True: await asyncio.sleep(0)",
            "time-limit",
            "It was here: while True: await asyncio.sleep(0)",
        ),
        (
            "while True: await asyncio.sleep(1)",
            "time-limit",
            "It was here: while True: await asyncio.sleep(1)",
        ),
        (
            "await asyncio.gather(*(asyncio.sleep(n) for n in itertools.count()))",
            "time-limit",
            "It was here: await asyncio.gather(*(asyncio.sleep(n) for n in itertools.count()))",
        ),
        ("await asyncio.Event().wait()", "deadlock", "at 010_echo/echo.py:5"),
        ("await asyncio.Queue().get()", "deadlock", "at 010_echo/echo.py:5"),
        ("await asyncio.shield(asyncio.Event().wait())", "deadlock", "at 010_echo/echo.py:5"),
    ],
)
def test_what_never_ends_is_ended_and_pointed_at(
    verdict_on: Callable[[str], Verdict], body: str, message_id: str, evidence: str
) -> None:
    verdict = verdict_on(ANSWER.format(body=body))

    assert verdict.state is State.FAILING
    message = verdict.first_failure
    assert message is not None
    assert message.id == message_id
    assert evidence in message.evidence
