"""`mlinfra lint` finds what is wrong with a kata before a learner does."""

from __future__ import annotations

import json

from command import Mlinfra
from course_builder import ANSWER, CourseBuilder

RIGHT = {f"right/{name}.py": ANSWER for name in ("one", "two")}
WRONG = {
    f"wrong/{name}.py": f"# draws: {draws}\n{text}"
    for name, draws, text in (
        ("shouts", "not-an-echo", "def echo(value):\n    return value.upper()\n"),
        ("exits", "exits-on-import", "raise SystemExit\n"),
        ("misses", "missing-name", "def ecco(value):\n    return value\n"),
        ("breaks", "syntax-error", "def echo(:\n"),
    )
}


def _sound_kata(builder: CourseBuilder) -> None:
    builder.kata("async/010_echo", answer=None)
    builder.solution("async/010_echo", RIGHT | WRONG)
    (builder.root / "lectures").mkdir()
    (builder.root / "lectures" / "1_async.md").write_text("# Async\n\n## Echoes\n")


def test_a_sound_kata_has_no_problems(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    _sound_kata(builder)

    said = mlinfra("lint")

    assert (said.code, said.out) == (0, "1 kata checked: 0 problems\n")


def test_grades_the_answers_that_the_kata_keeps(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    _sound_kata(builder)
    builder.solution(
        "async/010_echo",
        {
            "echo.py": "def echo(value):\n    return 1\n",
            "wrong/shouts.py": "# draws: whispers\ndef echo(value):\n    return 1\n",
            "wrong/right.py": "# draws: nothing\ndef echo(value):\n    return value\n",
            "right/one.py": "def echo(value):\n    return 1\n",
        },
    )

    said = mlinfra("lint", "--json")

    assert said.code == 3
    problems = [problem["problem"].splitlines()[0] for problem in json.loads(said.out)]
    assert problems == [
        "async/010_echo, reference: the verdict is 'failing' and not 'done'",
        "async/010_echo, right/one: the verdict is 'failing' and not 'done'",
        "async/010_echo, wrong/right: a wrong answer's verdict is 'done'",
        "async/010_echo, wrong/shouts: it draws 'not-an-echo' and not 'whispers'",
    ]


def test_looks_only_at_the_files_when_asked(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    _sound_kata(builder)
    builder.solution("async/010_echo", {"echo.py": "syntax error"})

    assert mlinfra("lint", "--files-only").code == 0


def test_tells_of_broken_katas_and_broken_files(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    _sound_kata(builder)
    builder.solution("async/010_echo", {"wrong/silent.py": "x = 1\n"})
    broken = builder.kata("async/020_shout")
    (broken.folder / "kata.toml").write_text("")
    builder.suite_kata(bugs="bug = []\n")

    said = mlinfra("lint", "--files-only")

    assert said.code == 3
    assert "wrong/silent.py must say once, in a line '# draws: some-id'" in said.out
    assert "exercises/async/020_shout/kata.toml: the key 'title' is missing" in said.out


def test_a_witness_has_to_show_its_bug(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    bugs = """
        [[bug]]
        name = "harmless"
        swap = "return value"
        for = "return (value)"
        question = ["a?", "b?", "c?"]
        witness = "echo(1)"
    """
    builder.suite_kata(bugs=bugs)

    said = mlinfra("lint", "--files-only", "210")

    assert (
        "testing/210_echo_tests: the witness of the bug 'harmless' does not show it\n" in said.out
    )
