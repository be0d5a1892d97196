"""From an exception to the message for its author."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_mlinfra.errors import (
    BugError,
    DeadlockError,
    MissingNameError,
    SubjectError,
    TimeLimitError,
)
from pytest_mlinfra.gates.tool import ToolError
from pytest_mlinfra.grading.explain import explain, is_graders_fault
from pytest_mlinfra.grading.message import FallsShortError, Message

HEADLINE = "An echo gives back what it is given."


@pytest.fixture
def raised_in(tmp_path: Path) -> Callable[[str], tuple[BaseException, Path]]:
    """Runs a line as the body of the learner's function, and catches what it raises."""

    def run(line: str) -> tuple[BaseException, Path]:
        path = tmp_path / "echo.py"
        path.write_text(f"import asyncio, sys\n\nasync def echo():\n    {line}\n")
        names: dict[str, Any] = {}
        exec(compile(path.read_text(), str(path), "exec"), names)
        try:
            asyncio.run(names["echo"]())
        except BaseException as error:  # noqa: BLE001 - whatever it is
            return error, path
        pytest.fail("it raised nothing")

    return run


def test_an_assertion_of_the_course_is_told_in_its_own_words() -> None:
    message = explain(AssertionError("assert 1 == 12"), [], HEADLINE, "not-an-echo")

    assert message == Message(id="not-an-echo", headline=HEADLINE, evidence="assert 1 == 12")


def test_a_test_without_an_id_has_the_common_one() -> None:
    assert explain(AssertionError(), [], HEADLINE).id == "wrong-result"


def test_advice_for_the_command_line_is_left_out() -> None:
    error = AssertionError(
        "assert {'a': 1} == {'a': 2}\n  \n  Omitting 1 identical items, use -vv to show\n"
        "  Differing items:\n  Use -v to get more diff"
    )

    message = explain(error, [], HEADLINE)

    assert message.evidence == "assert {'a': 1} == {'a': 2}\n  Differing items:"


@pytest.mark.parametrize(
    ("line", "message_id", "headline", "evidence"),
    [
        ("raise NotImplementedError", "not-implemented", "echo is not written yet.", ""),
        ("raise KeyError('x')", "not-an-echo", HEADLINE, "KeyError: 'x'"),
        ("sys.exit()", "exits", "The code under test ends Python.", "It was here: sys.exit()"),
        (
            "asyncio.run(None)",
            "loop-in-loop",
            "An event loop is started inside of one that runs: a coroutine awaits instead.",
            "asyncio.run() cannot be called from a running event loop",
        ),
        (
            "raise AttributeError(\"'coroutine' object has no attribute 'result'\")",
            "missing-await",
            "A coroutine is used as if it were its result: an `await` is missing.",
            "AttributeError: 'coroutine' object has no attribute 'result'",
        ),
        (
            "asyncio.current_task()['x']",
            "missing-await",
            "A coroutine is used as if it were its result: an `await` is missing.",
            "TypeError: '_asyncio.Task' object is not subscriptable",
        ),
        (
            "await {}",
            "not-a-coroutine",
            (
                "Something is awaited that is no coroutine: the function is no `async def`, "
                "or it yields."
            ),
            "object dict can't be used in 'await' expression",
        ),
    ],
)
def test_what_says_more_than_that_a_test_failed_keeps_its_own_words(
    raised_in: Callable[[str], tuple[BaseException, Path]],
    line: str,
    message_id: str,
    headline: str,
    evidence: str,
) -> None:
    error, path = raised_in(line)

    message = explain(error, [path], HEADLINE, "not-an-echo")

    assert (message.id, message.headline) == (message_id, headline)
    assert message.evidence == evidence
    assert message.path is not None
    assert message.place == f"{path}:4"


@pytest.mark.parametrize(
    "line",
    [
        "asyncio.ensure_future({})",
        "async with asyncio.TaskGroup() as group: group.create_task({})",
        "await asyncio.wait_for({}, 1)",
    ],
)
def test_asyncio_has_several_words_for_what_is_no_coroutine(
    raised_in: Callable[[str], tuple[BaseException, Path]], line: str
) -> None:
    error, path = raised_in(line)

    assert explain(error, [path], HEADLINE).id == "not-a-coroutine"


def test_not_implemented_elsewhere_is_any_error() -> None:
    assert explain(NotImplementedError("x"), [], HEADLINE).headline == HEADLINE


@pytest.mark.parametrize(
    "text", ["Event loop is closed", "<Lock> is bound to a different event loop"]
)
def test_what_outlives_its_loop_is_recognized(text: str) -> None:
    assert explain(RuntimeError(text), [], HEADLINE).id == "outlives-its-loop"


def test_other_runtime_errors_are_not() -> None:
    assert explain(RuntimeError("x"), [], HEADLINE, "not-an-echo").id == "not-an-echo"


@pytest.mark.parametrize(
    ("error", "message_id", "headline", "evidence"),
    [
        (DeadlockError("at 0 s"), "deadlock", "The program waits for ever: a deadlock.", "at 0 s"),
        (TimeLimitError(5), "time-limit", "The test ran longer than 5 s.", ""),
        (ToolError("ruff ended"), "not-an-echo", HEADLINE, "ruff ended"),
    ],
)
def test_errors_of_our_own_are_told_without_their_class(
    error: BaseException, message_id: str, headline: str, evidence: str
) -> None:
    message = explain(error, [], HEADLINE, "not-an-echo")

    assert (message.id, message.headline, message.evidence) == (message_id, headline, evidence)


def test_an_import_that_failed_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "echo.py"
    path.write_text("\ndef echo(:\n")
    error = SubjectError("syntax-error", "echo.py, line 2, is not valid Python", path, 2)

    message = explain(error, [], HEADLINE, "not-an-echo")

    assert message == Message(
        id="syntax-error",
        headline="echo.py, line 2, is not valid Python.",
        evidence="def echo(:",
        path=str(path),
        line=2,
    )


def test_a_missing_name_has_no_line(tmp_path: Path) -> None:
    message = explain(MissingNameError("echo", tmp_path / "echo.py"), [], HEADLINE)

    assert (message.id, message.headline) == ("missing-name", "echo.py does not define echo.")
    assert (message.evidence, message.line) == ("", None)


def test_an_item_that_falls_short_has_said_it_all() -> None:
    message = Message(id="ruff", headline="x")

    assert explain(FallsShortError(message), [], HEADLINE) is message


def test_a_group_is_told_by_its_first_error() -> None:
    group = ExceptionGroup("two", [ExceptionGroup("one", [KeyError("a")]), KeyError("b")])

    assert explain(group, [], HEADLINE).evidence == "KeyError: 'a'"


@pytest.mark.parametrize("phase", ["setup", "call", "teardown"])
def test_an_error_of_the_course_is_always_the_graders_fault(phase: str) -> None:
    assert is_graders_fault(BugError("x"), [], phase)


@pytest.mark.parametrize("phase", ["setup", "teardown"])
def test_around_a_test_it_is_the_graders_fault_unless_the_learners_lines_ran(
    raised_in: Callable[[str], tuple[BaseException, Path]], phase: str
) -> None:
    error, path = raised_in("raise ValueError")

    assert not is_graders_fault(error, [path], phase)
    assert is_graders_fault(ValueError(), [path], phase)
    assert not is_graders_fault(DeadlockError(), [path], phase)


def test_in_a_test_it_is_not() -> None:
    assert not is_graders_fault(ValueError(), [], "call")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("saw 2 requests\nassert 2 == 1", "saw 2 requests"),
        ("it is a dict\nassert False\n +  where False = isinstance({}, list)", "it is a dict"),
        ("two differ\nassert [1] == [2]\n  At index 0 diff: 1 != 2", None),
        ("assert 2 == 1", None),
    ],
)
def test_a_comparison_that_the_test_has_put_in_words_is_left_out(
    said: str, told: str | None
) -> None:
    assert explain(AssertionError(said), [], HEADLINE).evidence == (told or said)
