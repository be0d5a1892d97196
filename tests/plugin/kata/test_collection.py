"""Nothing in a kata stops the collection of the others."""

from __future__ import annotations

import sys
import time

import pytest

from course_builder import ANSWER, CourseBuilder
from grading_session import Grade

ECHOES = "from echo import echo\n\n\ndef test_it():\n    assert echo(1) == 1\n"


@pytest.mark.parametrize(
    ("answer", "message_id"),
    [
        ("def echo(:\n", "syntax-error"),
        ("import no_such_module\n", "import-error"),
        ("import sys\n\nsys.exit(0)\n", "exits-on-import"),
        ("import os\n\nos._exit(0)\n", "exits-on-import"),
        ("1 / 0\n", "fails-on-import"),
        ("import warnings\n\nwarnings.warn('x')\n1 / 0\n", "fails-on-import"),
        ("import pytest\n\npytest.skip('x', allow_module_level=True)\n", "fails-on-import"),
    ],
)
def test_an_answer_that_cannot_be_imported_costs_its_own_kata(
    graded_session: CourseBuilder, grade: Grade, answer: str, message_id: str
) -> None:
    graded_session.kata("async/010_echo", answer=answer)
    graded_session.kata("async/020_shout")

    result, katas = grade("-W", "error")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert katas["async/010_echo"]["first_failure"]["id"] == message_id
    assert (katas["async/010_echo"]["points"], katas["async/010_echo"]["max_points"]) == (0, 3)
    assert katas["async/020_shout"]["state"] == "done"
    assert "pytest_mlinfra/" not in result.stdout.str()


@pytest.mark.parametrize(
    ("suite", "message_id", "headline"),
    [
        (b"def test_it(:\n", "syntax-error", "test_echo.py, line 1, is not valid Python"),
        (
            b"x = '\xff'\n",
            "syntax-error",
            "test_echo.py, line 1, is not valid Python: (unicode error)",
        ),
        (b"import no_such_module\n", "import-error", "imports 'no_such_module'"),
        (b"from echo import shout\n", "import-error", "imports what is not there"),
        (b"assert False\n", "fails-on-import", "raises AssertionError while it is being"),
        (b"raise SystemExit\n", "exits-on-import", "ends Python while it is being imported"),
        (
            b"import pytest\n\n@pytest.mark.parametrize('a', [1])\ndef test_it():\n    pass\n",
            "not-collected",
            "test_echo.py holds tests that pytest does not understand: In ",
        ),
    ],
)
def test_a_suite_that_cannot_be_collected_costs_its_own_kata(
    graded_session: CourseBuilder, grade: Grade, suite: bytes, message_id: str, headline: str
) -> None:
    kata = graded_session.suite_kata()
    (kata.folder / "test_echo.py").write_bytes(suite)
    graded_session.kata("async/010_echo")

    _, katas = grade()

    first = katas["testing/210_echo_tests"]["first_failure"]
    assert first["id"] == message_id
    assert headline in first["headline"]
    assert katas["async/010_echo"]["state"] == "done"


@pytest.mark.parametrize("tests", ["def test_it(:\n", "raise ValueError('no')\n"])
def test_a_test_of_the_course_that_cannot_be_collected_is_the_graders_error(
    graded_session: CourseBuilder, grade: Grade, tests: str
) -> None:
    graded_session.kata(tests=tests)

    _, katas = grade()

    assert katas["async/010_echo"]["state"] == "grader error"
    headline = katas["async/010_echo"]["first_failure"]["headline"]
    assert headline.startswith("exercises/async/010_echo/test_echo.py cannot be collected: ")


def test_an_interruption_interrupts(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    graded_session.kata(answer="raise KeyboardInterrupt\n")

    result = pytester.runpytest_subprocess("exercises")

    assert result.ret == pytest.ExitCode.INTERRUPTED


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_async_tests_run_in_whatever_mode_pytest_asyncio_is(
    graded_session: CourseBuilder, grade: Grade, mode: str
) -> None:
    graded_session.kata(tests="from echo import echo\n\n\nasync def test_it():\n    echo(1)\n")

    result, _ = grade("-o", f"asyncio_mode={mode}")

    result.assert_outcomes(passed=1)


def test_async_tests_cannot_run_without_pytest_asyncio(
    pytester: pytest.Pytester, graded_session: CourseBuilder
) -> None:
    graded_session.kata(tests="async def test_it():\n    pass\n")
    pytester.makepyprojecttoml("[tool.pytest]\n")

    result = pytester.runpytest_subprocess("exercises", "-p", "no:asyncio")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: katas need pytest-asyncio, which is switched off*"])


def test_two_katas_may_have_modules_of_one_name(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    graded_session.kata("async/010_echo")
    graded_session.kata("async/020_shout", answer="def echo(value):\n    return value.upper()\n")

    _, katas = grade()

    assert [kata["state"] for kata in katas.values()] == ["done", "failing"]


@pytest.mark.parametrize("mode", ["importlib"])
def test_it_does_not_matter_how_pytest_imports(
    pytester: pytest.Pytester, graded_session: CourseBuilder, mode: str
) -> None:
    graded_session.kata("async/010_echo")
    graded_session.suite_kata(answer=ECHOES)

    result = pytester.runpytest_subprocess("exercises", f"--import-mode={mode}", "-o", "addopts=")

    assert result.ret == pytest.ExitCode.OK


def test_the_verdict_does_not_depend_on_which_warnings_are_errors(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    graded_session.kata(answer=f"import warnings\n\nwarnings.warn('x')\n\n\n{ANSWER}")

    _, katas = grade("-W", "error")

    assert katas["async/010_echo"]["state"] == "done"


def test_nothing_is_left_behind_in_the_interpreter(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    graded_session.kata()
    before = (list(sys.meta_path), time.sleep, "echo" in sys.modules)

    grade()

    assert (list(sys.meta_path), time.sleep, "echo" in sys.modules) == before
