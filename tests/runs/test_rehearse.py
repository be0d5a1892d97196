"""A kata's own answers are graded, and it is said which do not get what they deserve."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from course_builder import ANSWER, CourseBuilder
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.runs.grade import Grader
from pytest_mlinfra.runs.rehearse import rehearsals, rehearse

WRONG = "# draws: {}\ndef echo(value):\n    return 1\n"


@pytest.fixture
def grader(builder: CourseBuilder) -> Iterator[Grader]:
    with Grader.open() as grader:
        yield grader


def _complaints(grader: Grader, kata: Kata) -> dict[str, str]:
    return {each.name: rehearse(grader, kata, each).complaint for each in rehearsals(kata)}


def test_a_sound_kata_gives_no_reason_to_complain(grader: Grader, builder: CourseBuilder) -> None:
    kata = builder.kata()
    builder.solution(kata.id, {"wrong/one.py": WRONG.format("not-an-echo")})

    assert _complaints(grader, kata) == {"stub": "", "reference": "", "wrong/one": ""}


@pytest.mark.parametrize(
    ("files", "name", "complaint"),
    [
        (
            {"echo.py": "def echo(value):\n    return None\n"},
            "reference",
            "async/010_echo, reference: the verdict is 'failing' and not 'done'",
        ),
        (
            {"wrong/one.py": WRONG.format("something-else")},
            "wrong/one",
            "async/010_echo, wrong/one: it draws 'not-an-echo' and not 'something-else'",
        ),
        (
            {"wrong/one.py": f"# draws: anything\n{ANSWER}"},
            "wrong/one",
            "async/010_echo, wrong/one: a wrong answer's verdict is 'done'",
        ),
    ],
)
def test_says_which_answer_gets_what_it_does_not_deserve(
    grader: Grader, builder: CourseBuilder, files: dict[str, str], name: str, complaint: str
) -> None:
    kata = builder.kata()
    builder.solution(kata.id, files)

    assert _complaints(grader, kata)[name].splitlines()[0] == complaint
