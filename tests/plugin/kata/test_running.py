"""Running an item of a kata within its limits, whatever it does."""

from __future__ import annotations

import pytest

from course_builder import CourseBuilder
from grading_session import Grade

LIMITS = "[limits]\ntest = 0.2\n"
ASYNC_TESTS = """
    import asyncio
    import pytest
    from echo import echo

    @pytest.mark.message("not-an-echo")
    async def test_echoes():
        \"\"\"An echo gives back what it is given.\"\"\"
        values = await asyncio.gather(*(echo(number) for number in range(3)))
        assert values == [0, 1, 2]
"""


def _message(katas: dict[str, dict[str, object]]) -> object:
    return katas["async/010_echo"]["first_failure"]


@pytest.mark.parametrize(
    ("body", "message_id", "line"),
    [
        ("sys.exit(0)", "exits", 5),
        ("os._exit(0)", "exits", 5),
        ("raise SystemExit", "exits", 5),
        ("time.sleep(0.5); return value", "blocking-call", 5),
        ("raise NotImplementedError", "not-implemented", 5),
        ("return asyncio.run(None)", "loop-in-loop", 5),
        ("raise asyncio.CancelledError", "not-an-echo", 5),
    ],
)
def test_whatever_an_answer_does_is_told_and_the_next_kata_is_graded(
    graded_session: CourseBuilder,
    grade: Grade,
    body: str,
    message_id: str,
    line: int | None,
) -> None:
    answer = f"import asyncio, os, sys, time\n\n\nasync def echo(value):\n    {body}\n"
    graded_session.kata("async/010_echo", answer=answer, tests=ASYNC_TESTS, manifest=LIMITS)
    graded_session.kata("async/020_shout")

    result, katas = grade()

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    message = katas["async/010_echo"]["first_failure"]
    assert (message["id"], message["line"]) == (message_id, line)
    assert katas["async/010_echo"]["state"] == "failing"
    assert katas["async/020_shout"]["state"] == "done"
    assert "INTERNALERROR" not in result.stdout.str()


@pytest.mark.parametrize(
    "ending", ["while True: pass", "raise SystemExit", "raise asyncio.CancelledError"]
)
def test_a_teardown_that_ends_otherwise_costs_only_its_own_test(
    graded_session: CourseBuilder, grade: Grade, ending: str
) -> None:
    suite = f"""
        import asyncio
        import pytest
        from echo import echo

        @pytest.fixture
        def value():
            yield 1
            {ending}

        def test_with(value):
            assert echo(value) == 1

        def test_without():
            assert echo(2) == 2
    """
    graded_session.suite_kata(answer=suite, manifest=LIMITS)
    graded_session.kata("testing/220_shout")

    result, katas = grade()

    kata = katas["testing/210_echo_tests"]
    outcomes = {item["name"]: item["outcome"] for item in kata["items"]}
    assert outcomes["test_echo.py::test_with"] == "failed"
    assert outcomes["test_echo.py::test_without"] == "passed"
    assert kata["state"] == "failing"
    assert katas["testing/220_shout"]["state"] == "done"
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_after_one_test_has_passed_the_limit_the_others_get_less_time(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    answer = "def echo(value):\n    while True: pass\n"
    graded_session.kata(answer=answer, manifest="[limits]\ntest = 1.5\n")

    _, katas = grade()

    told = [item["message"]["headline"] for item in katas["async/010_echo"]["items"]]
    assert told == ["The test ran longer than 1.5 s.", "The test ran longer than 1 s."]


def test_no_proxy_of_the_machines_comes_between_a_client_and_the_fleet(
    graded_session: CourseBuilder, grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    answer = """
        import httpx

        async def echo(url):
            async with httpx.AsyncClient() as client:
                return (await client.get(url)).status_code
    """
    tests = """
        from echo import echo

        async def test_asks(model_server):
            assert await echo(model_server.url + "/health") == 200
    """
    graded_session.kata(answer=answer, tests=tests)

    result, _ = grade()

    result.assert_outcomes(passed=1)


def test_what_the_servers_saw_is_shown_with_the_message(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    tests = """
        from echo import echo

        async def test_asks(model_server, http_client):
            await http_client.get(model_server.url + "/health")
            assert echo(1) == 2
    """
    graded_session.kata(tests=tests)

    _, katas = grade()

    assert "model GET /health" in katas["async/010_echo"]["first_failure"]["evidence"]


def test_a_child_process_may_end_as_it_likes(graded_session: CourseBuilder, grade: Grade) -> None:
    answer = """
        import os

        def echo(value):
            pid = os.fork()
            if pid == 0:
                os._exit(7)
            return value if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7 else None
    """
    graded_session.kata(answer=answer)

    result, _ = grade()

    result.assert_outcomes(passed=2)
