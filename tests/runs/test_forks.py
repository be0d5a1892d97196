"""Runs leave nothing behind, however many there are, and see nothing of each other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from course_builder import ANSWER, CourseBuilder
from offences import children_of, is_alive, soon
from pytest_mlinfra.grading.result import Outcome
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.forks import ForkedRuns
from pytest_mlinfra.runs.forkserver.keeper import Keeper
from pytest_mlinfra.runs.job import Program
from pytest_mlinfra.runs.request import Request, Way

HandIn = Callable[[Kata, str], Submission]
# The modules that a run imports although its fork server has not: the answer and its tests.
_UNKNOWN_BEFORE = {"echo", "exercises", "test_echo", "010_echo", "async"}


@pytest.fixture(scope="module")
def runs() -> Iterator[ForkedRuns]:
    with ForkedRuns.open(Way.WARM) as runs:
        yield runs


@pytest.fixture
def kata(small_course: CourseBuilder) -> Kata:
    return small_course.course.katas[0]


def test_fifty_runs_leave_nothing_behind(runs: ForkedRuns, kata: Kata, handed_in: HandIn) -> None:
    request = Request((kata,), handed_in(kata, ANSWER), "tests")
    runs.run(request)
    keeper = runs._servers.sessions(kata.exercises)
    assert isinstance(keeper, Keeper)
    server = keeper.server
    assert soon(lambda: not children_of(server.pid))
    before = _descriptors(server.pid), _resident(server.pid)

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(runs.run, [request] * 50))

    assert {each.outcome for run in results for each in run.results} == {Outcome.PASSED}
    assert soon(lambda: not children_of(server.pid))
    assert soon(lambda: _descriptors(server.pid) == before[0])
    assert _resident(server.pid) < before[1] + 2**20
    assert not [entry for entry in server.address.parent.iterdir() if entry.is_dir()]


def test_a_run_sees_no_other(runs: ForkedRuns, kata: Kata, handed_in: HandIn) -> None:
    selfish = (
        "import sys, random, warnings, time, os, builtins\n"
        "seen = hasattr(builtins, 'mine') or 'wave' in sys.modules or 'MINE' in os.environ\n"
        "builtins.mine = os.environ['MINE'] = 'x'\n"
        "import wave\n"
        "def echo(value):\n    return 'seen' if seen else value\n"
    )
    request = Request((kata,), handed_in(kata, selfish), "tests")

    for run in (runs.run(request), runs.run(request)):
        assert {each.outcome for each in run.results} == {Outcome.PASSED}


def test_an_edit_within_the_same_second_is_seen(
    runs: ForkedRuns, builder: CourseBuilder, handed_in: HandIn
) -> None:
    # Of the same length, too: so a compiled file would be taken for up to date.
    kata = builder.suite_kata()
    text = "from echo import echo\n\n\ndef test_echo():\n    assert echo(1) == {}\n"
    outcomes = []
    for expected in (1, 2, 1, 2):
        submission = handed_in(kata, text.format(expected))
        os.utime(submission.path(kata, "test_echo.py"), (1_700_000_000, 1_700_000_000))
        program = _reference(kata)
        run = runs.run(Request((kata,), submission, program=program))
        outcomes.append(run.results[0].outcome)

    assert outcomes == [Outcome.PASSED, Outcome.FAILED] * 2


def test_what_the_answer_prints_is_handed_back_and_nothing_else(
    runs: ForkedRuns, kata: Kata, handed_in: HandIn
) -> None:
    talkative = "print('hello')\n" + ANSWER.replace("return value", "print(value); return value")
    run = runs.run(Request((kata,), handed_in(kata, talkative), "tests"))

    assert run.output == "hello\nhello\nNone\n"


def test_imports_nothing_that_its_server_could_have_imported(
    runs: ForkedRuns, kata: Kata, handed_in: HandIn
) -> None:
    nosy = ANSWER + (
        "import atexit, sys\n"
        "before = set(sys.modules)\n"
        "from pytest_mlinfra.plugin.kata.recorder import Recorder\n"
        "end = Recorder._end\n"
        "def tell(*arguments):\n"
        "    print(*sorted(set(sys.modules) - before))\n"
        "    end(*arguments)\n"
        "Recorder._end = tell\n"
    )
    run = runs.run(Request((kata,), handed_in(kata, nosy), "tests"))

    modules = {name for name in run.output.split() if name.split(".")[-1] not in _UNKNOWN_BEFORE}
    assert modules == set()


_CHECK = [sys.executable, "-m", "pytest_mlinfra.cli", "check"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("way", list(Way))
def test_nothing_is_left_when_the_command_is_killed(
    builder: CourseBuilder, tmp_path: Path, number: int, way: Way
) -> None:
    pid_file = tmp_path / "pid"
    waits = (
        "import os, subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(20)'])\n"
        f"open({str(pid_file)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "while True: pass\n"
    )
    builder.kata(answer=waits)
    command = subprocess.Popen(
        [*_CHECK, "--runs", way.value],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    assert soon(lambda: pid_file.exists() and len(pid_file.read_text().split()) == 2, 20)
    pids = [int(pid) for pid in pid_file.read_text().split()]

    os.killpg(command.pid, number)
    command.wait()

    assert soon(lambda: not any(map(is_alive, pids)))
    assert soon(lambda: not list(tmp_path.glob("mlinfra-*/socket")))


def _reference(kata: Kata) -> Program:
    module = kata.folder / "echo.py"
    return Program(name="reference", module=str(module), text=module.read_text())


def _descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
