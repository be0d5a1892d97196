"""What a learner reads when a kata's test is explored, or cancelled."""

from __future__ import annotations

import json

import pytest

from course_builder import CourseBuilder

ANSWER = """
import asyncio

class Counter:
    def __init__(self):
        self.value = 0
        self.lock = asyncio.Lock()

    async def add(self):
        await self.lock.acquire()
        self.lock.release()
        value = self.value
        await asyncio.sleep(0)
        self.value = value + 1

    async def add_slowly(self):
        await self.lock.acquire()
        await asyncio.sleep(1)
        self.lock.release()
"""
TESTS = '''
import asyncio
import pytest
from echo import Counter

@pytest.mark.asyncio
@pytest.mark.points(2)
@pytest.mark.message("lost-update")
@pytest.mark.explore(seeds=20)
async def test_counts_every_one():
    """No update may be lost, in whatever order the tasks run."""
    counter = Counter()

    async def later():
        for _ in range(3):
            await asyncio.sleep(0)
        await counter.add()

    await asyncio.gather(counter.add(), later())
    assert counter.value == 2

@pytest.mark.asyncio
@pytest.mark.cancel_everywhere
async def test_gives_the_lock_back():
    """A cancelled update has to give its lock back."""
    await Counter().add_slowly()

@pytest.mark.asyncio
@pytest.mark.explore(seeds=5)
async def test_begins_at_zero():
    assert Counter().value == 0
'''


def test_a_learner_is_told_the_message_of_the_test_with_the_picture(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    graded_session.kata(answer=ANSWER, stub="class Counter: ...", tests=TESTS)

    result = pytester.runpytest_subprocess("exercises", "--mlinfra-report=json:report.json")

    result.assert_outcomes(failed=2, passed=1)
    result.stdout.fnmatch_lines(
        [
            "No update may be lost, in whatever order the tasks run.",
            "It passes in the usual order of steps, which nothing promises.",
            "They share self.value.",
            "Once more: pytest *test_echo.py::test_counts_every_one --mlinfra-schedule=add.2@later.*",
            "A cancelled update has to give its lock back.",
            "- a Lock that was acquired is not released",
        ]
    )
    report = json.loads((pytester.path / "report.json").read_text())
    items = report["katas"][0]["items"]
    results = {item["name"].rpartition("::")[2]: item for item in items}
    counting = results["test_counts_every_one"]
    assert counting["message"]["id"] == "lost-update"
    assert counting["points"] == 0
    cancelling = results["test_gives_the_lock_back"]
    assert cancelling["message"]["id"] == "cancellation"
    assert cancelling["outcome"] == "failed"
    for item, line in ((counting, 13), (cancelling, 18)):
        assert item["message"]["path"].endswith("echo.py")
        assert item["message"]["line"] == line
