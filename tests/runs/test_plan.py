"""What there is to grade is known before a line of the answer has run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import pytest

from course_builder import CourseBuilder
from pytest_mlinfra.errors import RunError
from pytest_mlinfra.grading.result import Item
from pytest_mlinfra.runs.backend import Backend, open_backend
from pytest_mlinfra.runs.plan import Planner
from pytest_mlinfra.runs.request import Request
from pytest_mlinfra.runs.result import RunResult

LEAVES_A_TRACE = "open('ran', 'w').close()\nraise SystemExit\n"


class Counting:
    """Counts the runs of another backend."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.way = backend.way
        self.run_module = backend.run_module
        self.runs = 0

    def run(self, request: Request, expected: Sequence[Item] | None = None) -> RunResult:
        self.runs += 1
        return self._backend.run(request, expected)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._backend.__exit__()


@pytest.fixture
def backend() -> Iterator[Counting]:
    with Counting(open_backend()) as backend:
        yield backend


@pytest.fixture
def planner(backend: Counting) -> Planner:
    return Planner(backend)


def _names(items: Sequence[Item]) -> list[tuple[str, float]]:
    return [(item.name, item.max_points) for item in items]


def test_gives_tests_and_gates_and_what_they_are_worth(
    builder: CourseBuilder, planner: Planner
) -> None:
    kata = builder.kata(
        answer=LEAVES_A_TRACE, manifest='\n[gates]\ntools = ["ruff"]\n\n[points]\ngate = 5\n'
    )

    assert _names(planner.plan(kata)) == [
        ("test_echo.py::test_returns_the_value", 2),
        ("test_echo.py::test_returns_none", 1),
        ("ruff", 5),
    ]
    assert not Path("ran").exists()


def test_of_a_testing_kata_gives_the_rules_and_the_bugs(
    builder: CourseBuilder, planner: Planner
) -> None:
    kata = builder.suite_kata(
        answer=LEAVES_A_TRACE,
        variants={"other": '"""Another."""\ndef echo(value):\n    return value\n'},
        manifest="\n[gates]\ncoverage = 90\n",
    )

    assert [name for name, _points in _names(planner.plan(kata))] == [
        "reference",
        "variant[other]",
        "alone",
        "order[reversed]",
        "order[shuffled]",
        "bug[1]",
        "coverage",
    ]
    assert not Path("ran").exists()


def test_is_made_once(builder: CourseBuilder, backend: Counting, planner: Planner) -> None:
    kata = builder.kata()
    first = planner.plan(kata)
    (kata.folder / "echo.py").write_text("# another answer\n")

    assert planner.plan(kata) is first
    assert backend.runs == 1


def test_is_made_anew_when_the_tests_change(builder: CourseBuilder, planner: Planner) -> None:
    kata = builder.kata()
    assert len(planner.plan(kata)) == 2

    (kata.folder / "test_echo.py").write_text("def test_more():\n    pass\n")

    assert _names(planner.plan(kata)) == [("test_echo.py::test_more", 1)]


def test_are_made_for_many_katas_at_once(
    builder: CourseBuilder, backend: Counting, planner: Planner
) -> None:
    katas = [builder.kata(f"async/0{number}0_echo{number}") for number in range(1, 4)]
    katas.append(builder.suite_kata())

    planner.prepare(katas)

    assert [len(planner.plan(kata)) for kata in katas] == [2, 2, 2, 5]
    assert backend.runs == 1


def test_one_kata_that_cannot_be_collected_does_not_spoil_the_others(
    builder: CourseBuilder, planner: Planner
) -> None:
    good = builder.kata()
    bad = builder.kata("async/020_bad", tests="import posix\nposix._exit(1)\n")

    planner.prepare([good, bad])

    assert len(planner.plan(good)) == 2
    with pytest.raises(RunError, match="the tests of async/020_bad cannot be collected"):
        planner.plan(bad)


def test_what_pytest_refuses_is_told_in_its_words(builder: CourseBuilder, planner: Planner) -> None:
    marked = "import pytest\n\n\n@pytest.mark.message(3)\ndef test_one():\n    pass\n"
    kata = builder.kata(tests=marked)

    with pytest.raises(RunError, match="message"):
        planner.plan(kata)


def test_a_missing_stub_is_no_obstacle(builder: CourseBuilder, planner: Planner) -> None:
    kata = builder.kata(answer=LEAVES_A_TRACE)
    (kata.solution_folder / "stub" / "echo.py").unlink()

    assert len(planner.plan(kata)) == 2
    assert not Path("ran").exists()
