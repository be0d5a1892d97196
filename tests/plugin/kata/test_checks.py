from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from course_builder import CourseBuilder

TESTS = """
import asyncio

import pytest
from echo import echo


@pytest.mark.message("not-an-echo")
async def test_returns_the_value(model_fleet, virtual_clock, tmp_path):
    \"\"\"An echo gives back what it is given.\"\"\"
    # A test may do as it likes.
    (tmp_path / "notes").write_text("x")
    server = await model_fleet.start("model")

    assert await echo(server.url) == server.url
"""
STUB = '''
async def echo(value):
    """The value itself."""
    # TODO: return it.
    raise NotImplementedError
'''


def graded(
    pytester: pytest.Pytester, builder: CourseBuilder, answer: str, tests: str = TESTS
) -> dict[str, Any]:
    """The message that the kata's test draws, or an empty one."""
    builder.kata(stub=STUB, answer=answer, tests=tests)
    message: dict[str, Any] | None = report_of(pytester)[0]["first_failure"]
    return message or {}


def report_of(pytester: pytest.Pytester) -> list[dict[str, Any]]:
    """What the report says of each kata when the course is graded."""
    pytester.runpytest("exercises", "--mlinfra-report", "json:report.json")
    report: dict[str, Any] = json.loads(Path(pytester.path, "report.json").read_text())
    katas: list[dict[str, Any]] = report["katas"]
    return katas


def test_an_answer_that_blocks_the_loop_is_told_so(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    answer = "import time\n\nasync def echo(value):\n    time.sleep(1)\n    return value\n"

    message = graded(pytester, graded_session, answer)

    assert message["id"] == "blocking-call"
    assert message["headline"] == (
        "time.sleep blocks the event loop for 1 s: nothing else runs meanwhile."
    )
    assert message["evidence"] == "time.sleep(1)\nInstead: await asyncio.sleep(...)"
    assert message["path"].endswith("echo.py")
    assert message["line"] == 4


MISTAKES = {
    "client-left-open": """
        import httpx

        async def echo(value):
            client = httpx.AsyncClient()
            await client.get(f"{value}/health")
            return value
    """,
    "connection-left-open": """
        import httpx

        client = httpx.AsyncClient()

        async def echo(value):
            await client.get(f"{value}/health")
            return value
    """,
    "coroutine-never-awaited": """
        async def ask(value):
            return value

        async def echo(value):
            return ask(value)
    """,
    "exception-never-retrieved": """
        import asyncio

        async def fail():
            raise ValueError("no")

        async def echo(value):
            asyncio.create_task(fail())
            await asyncio.sleep(0.1)
            return ""
    """,
    "generator-left-open": """
        async def values(value):
            yield value
            yield value

        async def echo(value):
            async for each in values(value):
                return each
    """,
    "task-left-pending": """
        import asyncio

        async def echo(value):
            asyncio.create_task(asyncio.sleep(60))
            return value
    """,
    "cpu-hog": """
        import time

        async def echo(value):
            end = time.thread_time() + 0.25
            while time.thread_time() < end:
                pass
            return value
    """,
}


def test_every_mistake_draws_a_message_of_its_own(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    for number, (mistake, answer) in enumerate(MISTAKES.items(), start=1):
        name = f"async/{10 * number:03}_{mistake.replace('-', '_')}"
        graded_session.kata(name, stub=STUB, answer=answer, tests=TESTS)

    messages = [kata["first_failure"] for kata in report_of(pytester)]

    assert [message["id"] for message in messages] == list(MISTAKES)
    assert {Path(message["path"]).name for message in messages} == {"echo.py"}


def test_an_answer_without_a_mistake_is_done(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    answer = "async def echo(value):\n    return value\n"

    assert graded(pytester, graded_session, answer) == {}


def test_a_wrong_answer_keeps_the_message_of_the_test_that_finds_it(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    answer = """
        import asyncio

        async def echo(value):
            asyncio.create_task(asyncio.sleep(60))
            return ""
    """

    assert graded(pytester, graded_session, answer)["id"] == "not-an-echo"


def test_what_the_test_itself_does_is_not_charged(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    answer = "async def echo(value):\n    await value()\n    return value\n"
    tests = """
        import asyncio
        import time

        from echo import echo


        async def test_calls_back(virtual_clock):
            async def careless():
                time.sleep(1)
                asyncio.create_task(asyncio.sleep(60))

            assert await echo(careless) is careless
    """

    assert graded(pytester, graded_session, answer, tests) == {}


def test_a_client_that_is_handed_to_the_answer_is_not_the_answer_s(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    answer = """
        async def echo(client, url):
            return (await client.get(f"{url}/health")).status_code
    """
    tests = """
        from echo import echo


        async def test_asks(http_client, model_server):
            assert await echo(http_client, model_server.url) == 200
    """

    assert graded(pytester, graded_session, answer, tests) == {}


def test_further_mistakes_are_named_below_the_first(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    answer = """
        import asyncio
        import time

        async def echo(value):
            asyncio.create_task(asyncio.sleep(60))
            time.sleep(1)
            return value
    """

    message = graded(pytester, graded_session, answer)

    assert message["id"] == "blocking-call"
    assert "- The task sleep() is still pending at the end." in message["evidence"]


def test_what_the_configuration_says_of_checks_changes_no_verdict(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    pytester.makepyprojecttoml("""
        [tool.pytest]
        addopts = ["--import-mode=importlib"]
        asyncio_default_fixture_loop_scope = "function"
        mlinfra_checks = ["none"]
        mlinfra_allow = ["time.sleep"]
        mlinfra_cpu_seconds = 60.0
    """)
    answer = "import time\n\nasync def echo(value):\n    time.sleep(1)\n    return value\n"

    assert graded(pytester, graded_session, answer)["id"] == "blocking-call"


def test_a_test_of_a_kata_may_allow_what_it_is_about(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    answer = "import time\n\nasync def echo(value):\n    time.sleep(1)\n    return value\n"
    allowing = TESTS.replace(
        "@pytest.mark.message", "@pytest.mark.checks(allow=['time.sleep'])\n@pytest.mark.message"
    )

    assert graded(pytester, graded_session, answer, allowing) == {}


def test_a_learner_s_own_tests_are_looked_at_for_what_they_block(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    graded_session.suite_kata(answer="""
            import asyncio
            import time

            from echo import echo

            async def test_echo():
                asyncio.create_task(asyncio.sleep(60))
                assert echo(1) == 1
        """)
    passing = pytester.runpytest("exercises", "-k", "test_echo")
    test = graded_session.exercises / "testing/210_echo_tests/test_echo.py"
    test.write_text(test.read_text().replace("assert", "time.sleep(1)\n    assert"))
    failing = pytester.runpytest("exercises", "-k", "test_echo")

    passing.stdout.fnmatch_lines(["*test_echo.py .*"])
    failing.stdout.fnmatch_lines(["*time.sleep blocks the event loop for 1 s*"])
