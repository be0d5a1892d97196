"""Warm runs, beside pytest and the quality tools as a command line starts them.

Warm and cold take turns. What is graded changes between two rounds, as it does between
two saves, so that nothing is answered from memory.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from pytest_mlinfra.grading.verdict import State, Verdict
from pytest_mlinfra.katas.answers import reference_files
from pytest_mlinfra.katas.library import Course
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.submission import Submission, lay_out
from pytest_mlinfra.runs.command import clean_environment
from pytest_mlinfra.runs.forks import ForkedRuns
from pytest_mlinfra.runs.forkserver.client import ForkServer
from pytest_mlinfra.runs.forkserver.keeper import Keeper
from pytest_mlinfra.runs.grade import Grader
from pytest_mlinfra.runs.job import Part
from pytest_mlinfra.runs.request import Request, Way
from pytest_mlinfra.runs.result import RunResult

ROOT = Path(__file__).parent.parent
ROUNDS = 15
ROUNDS_OF_COMMANDS = 5
MANY = 1000
TRIVIAL = {
    "kata.toml": 'title = "Trivial"\nminutes = 1\nconcepts = []\nlecture = "none"\n'
    'write = ["answer.py"]\n',
    "answer.py": "ANSWER = 42\n",
    "test_answer.py": "from answer import ANSWER\n\n\ndef test_answer():\n    assert ANSWER == 42\n",
}


def main() -> str:
    """The figures, as lines of text."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        try:
            return "\n".join(
                [
                    *_trivial(Path(folder) / "trivial"),
                    *_course(Path(folder) / "course"),
                    *_commands(),
                    *_many(Path(folder) / "many"),
                ]
            )
        finally:
            os.chdir(here)


def _trivial(folder: Path) -> list[str]:
    kata, submission = _trivial_kata(folder)
    test = folder / "test_it.py"
    test.write_text("def test_it():\n    assert 1 + 1 == 2\n")
    with ForkedRuns.open(Way.WARM) as runs:
        request = Request((kata,), submission, "tests")
        runs.run(request)
        warm, cold = _in_turn(ROUNDS, lambda: runs.run(request), lambda: _python("pytest", test))
    return [_line("a trivial test, warm", warm, 50), _peer("as `python -m pytest`", cold, warm, 8)]


def _course(folder: Path) -> list[str]:
    os.chdir(ROOT)
    course = Course(ROOT / "exercises")
    health = course.kata("030")
    submission = lay_out(folder, health, reference_files(health))
    answer = submission.path(health, "model_health.py")
    with Grader.open(Way.WARM) as grader, ForkedRuns.open(Way.WARM) as runs:

        def part(name: Part) -> Callable[[], object]:
            request = Request((health,), submission, name)

            def save_and_run() -> RunResult:
                _save(answer)
                return runs.run(request)

            return save_and_run

        def save_and_grade() -> Verdict:
            _save(answer)
            return grader.grade_one(health, submission)

        test = health.folder / "test_model_health.py"
        command = ("pytest", test, f"--mlinfra-submission={folder}")
        part("gates")()
        part("tests")()
        tests, cold_tests = _in_turn(ROUNDS, part("tests"), lambda: _python(*command))
        gates, cold_gates = _in_turn(ROUNDS, part("gates"), lambda: _tools(answer, health))
        save_and_grade()
        whole = _timed(ROUNDS, save_and_grade)
        suite = _suite(grader, course.kata("210"))
    return [
        _line("the tests of kata 030, warm", tests, 100),
        _peer("as `python -m pytest`", cold_tests, tests),
        _line("its four quality verdicts, warm", gates, 150),
        _peer("as four command lines", cold_gates, gates),
        _line("both together, warm", whole),
        _line("testing kata 210, warm: every bug, variant and order", suite, 1500),
    ]


def _suite(grader: Grader, kata: Kata) -> list[float]:
    solutions = Submission(ROOT / "solutions", handed_in=True)
    return _timed(ROUNDS_OF_COMMANDS, lambda: grader.grade_one(kata, solutions))


def _commands() -> list[str]:
    lines = []
    for what, katas in (("one kata", ["030"]), ("all katas", [])):
        command = ("pytest_mlinfra.cli", "check", "--submission", "solutions", *katas)
        warm, fresh = _in_turn(
            ROUNDS_OF_COMMANDS,
            partial(_python, *command, "--runs=warm"),
            partial(_python, *command, "--runs=fresh"),
        )
        lines += [
            _line(f"`mlinfra check` of {what}, warm", warm),
            _peer("the same with fresh processes", fresh, warm),
        ]
    return lines


def _many(folder: Path) -> list[str]:
    """Grade again and again, and see what is left."""
    kata, submission = _trivial_kata(folder)
    runs = ForkedRuns.open(Way.WARM)
    with Grader(runs) as grader:
        states = {grader.grade_one(kata, submission).state}
        keeper = runs._servers.sessions(kata.exercises)  # noqa: SLF001 - to look at its process
        assert isinstance(keeper, Keeper)
        server = keeper.server
        time.sleep(0.1)
        before = _possessions(server)
        states |= {grader.grade_one(kata, submission).state for _ in range(MANY)}
        time.sleep(0.1)
        after = _possessions(server)
        assert keeper.server is server
    assert states == {State.DONE}
    names = ("resident memory in MiB", "open descriptors", "child processes", "folders")
    kept = (
        f"{name} {old:g} → {new:g}" for name, old, new in zip(names, before, after, strict=True)
    )
    return [f"{MANY} graded runs in a row: {', '.join(kept)}"]


def _possessions(server: ForkServer) -> tuple[float, ...]:
    process = Path(f"/proc/{server.pid}")
    pages = int((process / "statm").read_text().split()[1])
    children = (process / "task" / str(server.pid) / "children").read_text().split()
    return (
        round(pages * os.sysconf("SC_PAGESIZE") / 2**20, 1),
        len(list((process / "fd").iterdir())),
        len(children),
        sum(entry.is_dir() for entry in server.address.parent.iterdir()),
    )


def _trivial_kata(folder: Path) -> tuple[Kata, Submission]:
    exercises = folder / "exercises"
    home = exercises / "async" / "010_trivial"
    home.mkdir(parents=True)
    for name, text in TRIVIAL.items():
        (home / name).write_text(text)
    os.chdir(folder)
    return Course(exercises).kata("010"), Submission(exercises, handed_in=False)


def _save(path: Path) -> None:
    """Change `path` as an edit would that changes no verdict."""
    text = path.read_text().partition("\n\n\n# saved ")[0].rstrip("\n")
    path.write_text(f"{text}\n\n\n# saved {time.time_ns()}\n")


def _tools(answer: Path, kata: Kata) -> None:
    _save(answer)
    configuration = kata.exercises / "pyproject.toml"
    _python("black", "--quiet", "--check", f"--config={configuration}", answer)
    _python("isort", "--check-only", f"--settings-file={configuration}", answer)
    _python("ruff", "check", "--quiet", f"--config={configuration}", answer)
    _python("mypy", f"--config-file={configuration}", answer)


def _python(*command: str | Path) -> None:
    subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={name: text for name, text in clean_environment().items() if name != "PYTHONHASHSEED"},
    )


def _in_turn(
    rounds: int, one: Callable[[], object], other: Callable[[], object]
) -> tuple[list[float], list[float]]:
    pairs = [(_timed(1, one)[0], _timed(1, other)[0]) for _ in range(rounds)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _timed(rounds: int, action: Callable[[], object]) -> list[float]:
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        taken.append((time.perf_counter() - started) * 1e3)
    return taken


def _line(what: str, taken: Sequence[float], bar: float | None = None) -> str:
    limit = f" (bar: {bar:g})" if bar else ""
    return f"{what:54}{statistics.median(taken):8.1f} ms{limit}"


def _peer(
    what: str, taken: Sequence[float], ours: Sequence[float], bar: float | None = None
) -> str:
    times = statistics.median(taken) / statistics.median(ours)
    limit = f", bar: {bar:g}" if bar else ""
    return f"  {what:52}{statistics.median(taken):8.1f} ms ({times:.1f} times{limit})"


if __name__ == "__main__":
    print(main())
