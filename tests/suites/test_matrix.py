"""The kill matrix: which test finds which bug."""

from __future__ import annotations

from inline_snapshot import snapshot

from pytest_mlinfra.suites.bugs import Bug
from pytest_mlinfra.suites.matrix import KillMatrix
from pytest_mlinfra.suites.programs import run_name
from suite_runs import failed, passed, report_of, run_of


def _bugs(count: int) -> list[Bug]:
    return [
        Bug(name=f"b{n}", swap="a", replacement="b", question=("a?", "b?", "c?"), witness="1")
        for n in range(1, count + 1)
    ]


def _matrix(count: int = 3) -> KillMatrix:
    """`test_one` finds every bug with an odd number, `test_two` none."""
    bugs = _bugs(count)
    runs = {
        run_name(bug): run_of(
            failed("test_echo.py::test_one") if number % 2 else passed("test_echo.py::test_one"),
            passed("test_echo.py::test_two"),
        )
        for number, bug in enumerate(bugs, start=1)
    }
    reference = run_of(passed("test_echo.py::test_one"), passed("test_echo.py::test_two"))
    return KillMatrix.of(report_of(reference, runs), bugs)


def test_knows_which_bugs_survive_and_which_tests_find_nothing() -> None:
    matrix = _matrix()

    assert [bug.name for bug in matrix.survivors] == ["b2"]
    assert matrix.idle_tests == ("test_echo.py::test_two",)


def test_a_bug_goes_by_its_number() -> None:
    matrix = _matrix()

    assert [matrix.number_of(bug) for bug in matrix.bugs] == [1, 2, 3]


def test_is_drawn_as_a_table() -> None:
    assert _matrix().draw() == snapshot("""\
                               bug  1  2  3
test_one                            x  ·  x
test_two                            ·  ·  ·  finds nothing
                          survives     !\
""")


def test_many_bugs_stand_below_each_other() -> None:
    drawn = _matrix(23).draw()

    assert drawn.count("test_one") == 3
    assert max(map(len, drawn.splitlines())) <= 76
    assert " 10 11 12 " in drawn


def test_a_long_name_is_cut() -> None:
    name = f"test_{'long_' * 20}name"
    matrix = KillMatrix.of(report_of(run_of(passed(name))), _bugs(1))

    assert f"\n{name[:33]}…  ·  finds nothing" in matrix.draw()


def test_without_any_run_nothing_is_found() -> None:
    matrix = KillMatrix.of(report_of(None), _bugs(1))

    assert (matrix.tests, matrix.kills) == ((), frozenset())
