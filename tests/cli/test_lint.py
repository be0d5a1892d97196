"""`mlinfra lint` finds what is wrong with a kata before a learner does."""

from __future__ import annotations

import json

from inline_snapshot import snapshot

from command import Mlinfra
from course_builder import ANSWER, HIDDEN_TESTS, CourseBuilder

RIGHT = {f"right/{name}.py": ANSWER for name in ("one", "two")}
WRONG = {
    f"wrong/{name}.py": f"# draws: {draws}\n{text}"
    for name, draws, text in (
        ("shouts", "not-an-echo", "def echo(value):\n    return value and value * 2\n"),
        ("needs_a_text", "wrong-result", "def echo(value):\n    return ''.join(value)\n"),
        ("exits", "exits-on-import", "raise SystemExit\n"),
        ("misses", "missing-name", "def ecco(value):\n    return value\n"),
        ("breaks", "syntax-error", "def echo(:\n"),
    )
}
RULES = """\
[[rule]]
says = "It gives back what it is given"
messages = ["not-an-echo", "wrong-result"]
"""
COMMON = """\
[[rule]]
says = "Files can be imported."
messages = ["exits-on-import", "missing-name", "syntax-error"]
"""


def _sound_kata(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    builder.kata("async/010_echo", answer=None)
    further = {"rules.toml": RULES, "hidden/test_hidden.py": HIDDEN_TESTS}
    builder.solution("async/010_echo", RIGHT | WRONG | further)
    builder.solution("", {"rules.toml": COMMON})
    (builder.exercises / "README.md").write_text("# All\n\nFiles can be imported.\n")
    (builder.root / "lectures").mkdir()
    (builder.root / "lectures" / "1_async.md").write_text("# Async\n\n## Echoes\n")
    mlinfra("lint", "--accept")


def test_a_sound_kata_has_no_problems(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    _sound_kata(mlinfra, builder)

    said = mlinfra("lint")

    assert said.code == 0
    assert said.out == snapshot("""\
010 Echo: 1 rules, 2 checks, 5 wrong answers

     rule                                                                all a b
   1 It gives back what it is given                                        2 1 1

   a   1 test_echo.py::test_returns_the_value
   b   1 test_echo.py::test_returns_none

     breaks every kata, exits every kata, misses every kata, needs_a_text 1,
     shouts 1

1 kata checked: 0 problems
""")


def test_finds_what_is_empty_in_the_table(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    _sound_kata(mlinfra, builder)
    further = '[[rule]]\nsays = "# Echo"\nmessages = ["not-an-echo"]\n'
    further += '[[rule]]\nsays = "Write"\nmessages = ["nobodys"]\n'
    kata = builder.solution("async/010_echo", {"rules.toml": RULES + further})
    for name in ("shouts", "needs_a_text"):
        (kata / "wrong" / f"{name}.py").unlink()
        (kata / "screens" / f"{name}.txt").unlink()
    builder.solution(
        "async/010_echo",
        {
            "wrong/none.py": "# draws: wrong-result\ndef echo(value):\n    return value or 0\n",
            "wrong/ends.py": "# draws: exits\ndef echo(value):\n    return value or exit()\n",
        },
    )

    said = mlinfra("lint", "--json")

    problems = [each["problem"].splitlines()[0] for each in json.loads(said.out)["problems"]]
    assert problems == snapshot(
        [
            "solutions/async/010_echo/screens/ends.txt is not what learners see; if that is meant: `mlinfra lint --accept 010`",
            "solutions/async/010_echo/screens/none.txt is not what learners see; if that is meant: `mlinfra lint --accept 010`",
            "async/010_echo: no wrong answer breaks the rule '# Echo'",
            "async/010_echo: no test or check has a message of the rule 'Write'",
            "async/010_echo: no wrong answer fails test_echo.py::test_returns_the_value",
            "async/010_echo: wrong/ends breaks no rule; it draws ['exits']",
            "async/010_echo: no hidden test fails for wrong/none",
        ]
    )


def test_tells_when_what_learners_see_has_changed(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    _sound_kata(mlinfra, builder)
    screens = builder.solutions / "async" / "010_echo" / "screens"
    golden = (screens / "shouts.txt").read_text()
    (screens / "shouts.txt").write_text(golden.replace("An echo", "Echo"))
    (screens / "gone.txt").touch()

    said = mlinfra("lint")

    assert said.code == 3
    assert said.out.partition("\nsolutions/")[2] == snapshot("""\
async/010_echo/screens/shouts.txt is not what learners see; if that is meant: `mlinfra lint --accept 010`
--- accepted
+++ now
@@ -8,3 +8,3 @@
 \n\
-  ✗ Echo gives back what it is given.
+  ✗ An echo gives back what it is given.
 \n\
solutions/async/010_echo/screens/gone.txt is the screen of no wrong answer
1 kata checked: 2 problems
""")
    assert mlinfra("lint", "--accept").code == 0
    assert (screens / "shouts.txt").read_text() == golden
    assert not (screens / "gone.txt").exists()


def test_a_screen_shows_what_a_learner_would_see(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    _sound_kata(mlinfra, builder)
    (builder.exercises / "async" / "010_echo" / "echo.py").write_text(
        (builder.solutions / "async" / "010_echo" / "wrong" / "misses.py").read_text()
    )

    golden = (builder.solutions / "async" / "010_echo" / "screens" / "misses.txt").read_text()

    assert mlinfra("check").out == golden


def test_accepting_needs_grading(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    builder.kata()

    assert mlinfra("lint", "--accept", "--files-only").code == 2


def test_grades_the_answers_that_the_kata_keeps(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    _sound_kata(mlinfra, builder)
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
    problems = [each["problem"].splitlines()[0] for each in json.loads(said.out)["problems"]]
    assert problems == snapshot(
        [
            "async/010_echo, reference: the verdict is 'failing' and not 'done'",
            "async/010_echo, right/one: the verdict is 'failing' and not 'done'",
            "async/010_echo, wrong/right: a wrong answer's verdict is 'done'",
            "async/010_echo, wrong/shouts: it draws 'not-an-echo' and not 'whispers'",
            "async/010_echo: wrong/right breaks no rule; it draws []",
            "async/010_echo: 'whispers', which wrong/shouts draws, stands under no rule",
        ]
    )


def test_looks_only_at_the_files_when_asked(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    _sound_kata(mlinfra, builder)
    builder.solution("async/010_echo", {"echo.py": "syntax error"})

    assert mlinfra("lint", "--files-only").code == 0


def test_tells_of_broken_katas_and_broken_files(mlinfra: Mlinfra, builder: CourseBuilder) -> None:
    _sound_kata(mlinfra, builder)
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
