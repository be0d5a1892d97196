"""A session that was started for a task does just that, and reports it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.gates.coverage import Coverage
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.backend import Backend, open_backend
from pytest_mlinfra.runs.events import read_events
from pytest_mlinfra.runs.job import Part, Program
from pytest_mlinfra.runs.request import Request
from pytest_mlinfra.runs.result import RunResult
from pytest_mlinfra.runs.transcript import Transcript

SUITE = """\
from echo import echo

def test_one():
    assert echo(1) == 1

def test_two():
    assert echo(2) == 2

def test_three():
    assert echo(3) == 3
"""


@pytest.fixture
def backend(builder: CourseBuilder) -> Iterator[Backend]:
    with open_backend() as backend:
        yield backend


@pytest.fixture
def submission(builder: CourseBuilder) -> Submission:
    return Submission(builder.exercises, handed_in=False)


def _planned(run: RunResult) -> list[str]:
    return [item.name for item in run.planned or ()]


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ("tests", ["test_echo.py::test_returns_the_value", "test_echo.py::test_returns_none"]),
        ("gates", ["ruff", "isort"]),
        (
            "all",
            [
                "test_echo.py::test_returns_the_value",
                "test_echo.py::test_returns_none",
                "ruff",
                "isort",
            ],
        ),
    ],
)
def test_grades_the_part_that_is_asked_for(
    builder: CourseBuilder, backend: Backend, submission: Submission, part: Part, names: list[str]
) -> None:
    kata = builder.kata(manifest='\n[gates]\ntools = ["ruff", "isort"]\n')

    run = backend.run(Request((kata,), submission, part))

    assert _planned(run) == names
    assert run.exit_code == 0


def test_the_tests_of_a_suite_never_run_where_they_are_judged(
    builder: CourseBuilder, backend: Backend, submission: Submission
) -> None:
    kata = builder.suite_kata(answer="import os\nos._exit(0)\n")

    run = backend.run(Request((kata,), submission))

    assert run.exit_code is not None
    assert _planned(run)[0] == "reference"


def test_the_results_of_a_suite_are_handed_back(
    builder: CourseBuilder, backend: Backend, submission: Submission
) -> None:
    kata = builder.suite_kata(answer=SUITE)

    run = backend.run(Request((kata,), submission))

    assert [result["item"]["name"] for result in run.notes["suite"]] == [
        "test_echo.py::test_one",
        "test_echo.py::test_two",
        "test_echo.py::test_three",
    ]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["one", "two", "three"]),
        ({"order": "reversed"}, ["three", "two", "one"]),
        ({"only": "test_echo.py::test_two"}, ["two"]),
    ],
)
def test_runs_a_suite_as_the_program_says(
    builder: CourseBuilder,
    backend: Backend,
    submission: Submission,
    options: dict[str, str],
    names: list[str],
) -> None:
    kata = builder.suite_kata(answer=SUITE)

    run = backend.run(Request((kata,), submission, program=_program(kata, **options)))

    assert _planned(run) == [f"test_echo.py::test_{name}" for name in names]
    assert len(run.results) == len(names)


def test_shuffles_alike_for_the_same_seed(
    builder: CourseBuilder, backend: Backend, submission: Submission
) -> None:
    kata = builder.suite_kata(answer=SUITE)
    orders = [
        tuple(
            _planned(
                backend.run(
                    Request(
                        (kata,), submission, program=_program(kata, order="shuffled", seed=seed)
                    )
                )
            )
        )
        for seed in (1, 1, 2, 3, 4, 5)
    ]

    assert orders[0] == orders[1]
    assert len(set(orders)) > 1


def test_runs_the_program_and_not_the_module_of_the_folder(
    builder: CourseBuilder, backend: Backend, submission: Submission
) -> None:
    kata = builder.suite_kata(answer=SUITE)
    program = _program(kata, text="def echo(value):\n    return 2\n")

    run = backend.run(Request((kata,), submission, program=program))

    assert [str(result.outcome) for result in run.results] == ["failed", "passed", "failed"]


def test_measures_coverage_if_the_program_says_so(
    builder: CourseBuilder, backend: Backend, submission: Submission
) -> None:
    kata = builder.suite_kata(answer=SUITE)

    run = backend.run(Request((kata,), submission, program=_program(kata, measure=True)))

    assert msgspec.convert(run.notes["coverage"], Coverage).percent == 100


def test_what_it_starts_is_no_session_with_a_task(
    builder: CourseBuilder, backend: Backend, submission: Submission
) -> None:
    tests = (
        "import os\n"
        "def test_environment():\n"
        "    print(*sorted(name for name in os.environ if name.startswith('PYTEST_')))\n"
    )
    kata = builder.kata(tests=tests)

    run = backend.run(Request((kata,), submission, "tests"))

    assert run.output == "PYTEST_CURRENT_TEST PYTEST_VERSION\n"


def test_hypothesis_remembers_nothing_from_run_to_run(
    builder: CourseBuilder, backend: Backend, submission: Submission
) -> None:
    tests = (
        "from hypothesis import given, strategies as st\n"
        "@given(st.integers())\n"
        "def test_small(number):\n"
        "    assert number < 1000\n"
    )
    kata = builder.kata(tests=tests)

    backend.run(Request((kata,), submission, "tests"))

    assert not list(builder.root.rglob(".hypothesis"))


def test_takes_a_task_from_a_file_as_well(builder: CourseBuilder, tmp_path: Path) -> None:
    kata = builder.kata()
    request = Request((kata,), Submission(builder.exercises, handed_in=False), "tests")
    task, events = tmp_path / "task.json", tmp_path / "events.jsonl"
    task.write_bytes(msgspec.json.encode(request.task))

    done = subprocess.run(
        [
            sys.executable,
            *("-m", "pytest", str(kata.folder), "-p", "asyncio", "-p", "mlinfra"),
            *(f"--mlinfra-task={task}", f"--mlinfra-events={events}"),
        ],
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        check=False,
        capture_output=True,
    )

    transcript = Transcript.of(read_events(events.read_bytes()))
    assert done.returncode == transcript.exit_code == 0
    assert len(transcript.left) == 2


def _program(kata: Kata, text: str | None = None, **options: object) -> Program:
    module = kata.folder / "echo.py"
    program = Program(name="program", module=str(module), text=text or module.read_text())
    return msgspec.structs.replace(program, **options)
