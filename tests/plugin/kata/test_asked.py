"""What a session was asked to grade counts, whether it came to that or not."""

from __future__ import annotations

from course_builder import ANSWER, CourseBuilder
from grading_session import Grade

WRONG = "def echo(value):\n    return 1\n"


def _submission(course: CourseBuilder, **answers: str) -> str:
    for name, answer in answers.items():
        folder = course.root / "handed_in" / "async" / name
        folder.mkdir(parents=True)
        (folder / "echo.py").write_text(answer)
    return "--mlinfra-submission=handed_in"


def test_what_a_stopped_session_never_came_to_costs_a_submission_its_points(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    graded_session.kata("async/010_echo")
    graded_session.kata("async/020_again")
    handed_in = _submission(graded_session, **{"010_echo": WRONG, "020_again": ANSWER})

    _, katas = grade("-x", handed_in)

    assert [kata["max_points"] for kata in katas.values()] == [3, 3]
    assert [kata["points"] for kata in katas.values()] == [0, 0]
    never_run = katas["async/020_again"]
    assert {item["outcome"] for item in never_run["items"]} == {"not run"}
    assert never_run["first_failure"]["headline"] == "Not run: the session stopped before it."


def test_of_ones_own_katas_those_it_never_came_to_are_left_out(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    graded_session.kata("async/010_echo", answer=WRONG)
    graded_session.kata("async/020_again")

    _, katas = grade("-x")

    assert list(katas) == ["async/010_echo"]
    assert katas["async/010_echo"]["max_points"] == 3


def test_a_kata_of_which_tests_were_left_out_is_graded_in_part(
    graded_session: CourseBuilder, grade: Grade
) -> None:
    graded_session.kata("async/010_echo")
    graded_session.kata("async/020_again")

    _, katas = grade("--deselect=exercises/async/010_echo/test_echo.py::test_returns_none")

    is_partial = {name: kata["partial"] for name, kata in katas.items()}
    assert is_partial == {"async/010_echo": True, "async/020_again": False}


def test_a_whole_folder_is_not_a_part(graded_session: CourseBuilder, grade: Grade) -> None:
    graded_session.kata()

    _, katas = grade()

    assert katas["async/010_echo"]["partial"] is False


def test_workers_tell_their_controller(graded_session: CourseBuilder, grade: Grade) -> None:
    graded_session.kata("async/010_echo")
    graded_session.kata("async/020_again")
    handed_in = _submission(graded_session, **{"010_echo": WRONG, "020_again": ANSWER})

    _, katas = grade("-n2", "-p", "xdist", "-k", "returns_none", handed_in)

    assert {name: (kata["points"], kata["max_points"]) for name, kata in katas.items()} == {
        "async/010_echo": (0, 1),
        "async/020_again": (1, 1),
    }
    assert {kata["partial"] for kata in katas.values()} == {True}
