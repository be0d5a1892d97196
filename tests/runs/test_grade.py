"""However an answer ends its run, every planned test gets its result and the learner its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from course_builder import ANSWER, CourseBuilder
from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.verdict import State, Verdict
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.grade import Grader
from pytest_mlinfra.runs.request import Way

HandIn = Callable[[Kata, str], Submission]
VerdictOn = Callable[[str], Verdict]

ANSWER_THAT = """\
import atexit, ctypes, gc, os, posix, re, signal, sys, threading, time
import pytest

{imported}


def echo(value):
    if value is None:
        {called}
    return value
"""
_PASSED = "passed"


@pytest.fixture(scope="module", params=list(Way))
def grader(request: pytest.FixtureRequest) -> Iterator[Grader]:
    with Grader.open(request.param) as grader:
        yield grader


@pytest.fixture
def verdict_on(grader: Grader, small_course: CourseBuilder, handed_in: HandIn) -> VerdictOn:
    patient, hurried = small_course.course.katas

    def grade(text: str) -> Verdict:
        kata = hurried if "while True" in text else patient
        return grader.grade_one(kata, handed_in(kata, text))

    return grade


def _outcomes(verdict: Verdict) -> list[str]:
    return [str(result.outcome) for result in verdict.results]


def test_an_honest_answer_is_done(verdict_on: VerdictOn) -> None:
    verdict = verdict_on(ANSWER)

    assert (verdict.state, verdict.points, verdict.max_points) == (State.DONE, 3, 3)


@pytest.mark.parametrize(
    ("imported", "message_id", "headline"),
    [
        (
            "posix._exit(0)",
            "ended-early",
            "Not run, because the import of your files ended Python with exit code 0.",
        ),
        (
            "raise KeyboardInterrupt",
            "interrupted",
            (
                "Not run, because the import of your files broke off all of the tests "
                "(KeyboardInterrupt)."
            ),
        ),
        (
            "os.kill(os.getpid(), signal.SIGSEGV)",
            "crashed",
            "Not run, because the import of your files crashed Python (SIGSEGV).",
        ),
        (
            "signal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
            "time-limit",
            "Not run, because the import of your files ran longer than 1 s.",
        ),
        (
            "hoard = [bytearray(b'x') * 8_000_000 for _ in range(100)]",
            "memory-limit",
            "Not run, because the import of your files used more than 200 MiB of memory.",
        ),
    ],
)
def test_what_ends_the_run_at_import_costs_every_test(
    verdict_on: VerdictOn, imported: str, message_id: str, headline: str
) -> None:
    verdict = verdict_on(ANSWER_THAT.format(imported=imported, called="pass"))

    assert _outcomes(verdict) == ["not run", "not run"]
    assert (verdict.state, verdict.points, verdict.max_points) == (State.FAILING, 0, 3)
    assert verdict.first_failure is not None
    assert (verdict.first_failure.id, verdict.first_failure.headline) == (message_id, headline)


@pytest.mark.parametrize(
    ("imported", "message_id", "headline"),
    [
        (
            "sys.exit(0)",
            "exits-on-import",
            "echo.py, line 4, ends Python while it is being imported.",
        ),
        (
            "os._exit(0)",
            "exits-on-import",
            "echo.py, line 4, ends Python while it is being imported.",
        ),
        (
            "pytest.exit('enough')",
            "fails-on-import",
            "echo.py, line 4, raises Exit while it is being imported: enough.",
        ),
        (
            "pytest.skip('not today', allow_module_level=True)",
            "fails-on-import",
            "echo.py, line 4, raises Skipped while it is being imported: not today.",
        ),
    ],
)
def test_what_only_stops_the_import_fails_every_test(
    verdict_on: VerdictOn, imported: str, message_id: str, headline: str
) -> None:
    verdict = verdict_on(ANSWER_THAT.format(imported=imported, called="pass"))

    assert _outcomes(verdict) == ["failed", "failed"]
    assert (verdict.points, verdict.max_points) == (0, 3)
    assert verdict.first_failure is not None
    assert (verdict.first_failure.id, verdict.first_failure.headline) == (message_id, headline)


@pytest.mark.parametrize(
    ("called", "message_id", "headline"),
    [
        ("posix._exit(0)", "ended-early", "The test ended Python with exit code 0."),
        ("sys.exit(0)", "exits", "The code under test ends Python."),
        ("os._exit(0)", "exits", "The code under test ends Python."),
        (
            "pytest.exit('enough', 0)",
            "exits-pytest",
            "The test broke off all of the tests (pytest.exit).",
        ),
        (
            "raise KeyboardInterrupt",
            "interrupted",
            "The test broke off all of the tests (KeyboardInterrupt).",
        ),
        ("os.abort()", "crashed", "The test crashed Python (SIGABRT)."),
        ("while True: pass", "time-limit", "The test ran longer than 1 s."),
        (
            "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})\n        while True: pass",
            "time-limit",
            "The test ran longer than 1 s.",
        ),
        (
            "hoard = [bytearray(b'x') * 8_000_000 for _ in range(100)]",
            "memory-limit",
            "The test used more than 200 MiB of memory.",
        ),
        (
            "bytearray(10**12)",
            "memory-limit",
            "The test used more than 200 MiB of memory.",
        ),
        (
            "[os.fork() for _ in range(6)]; time.sleep(3)",
            "process-limit",
            "The test started more than 16 processes.",
        ),
        (
            "[threading.Thread(target=time.sleep, args=(3,)).start() for _ in range(100)]",
            "thread-limit",
            "The test started more than 40 threads.",
        ),
        (
            "open(os.environ['TMPDIR'] + '/file', 'wb').write(b'x' * 5_000_000)",
            "file-limit",
            "The test wrote more than 4 MiB to one file.",
        ),
        (
            "[open(os.devnull, 'wb').write(b'x' * 1_000_000) for _ in range(100)]; time.sleep(1)",
            "write-limit",
            "The test wrote more than 40 MiB.",
        ),
        (
            "files = [open(os.devnull) for _ in range(100)]",
            "open-files-limit",
            "The test had more than 64 files and sockets open.",
        ),
    ],
)
def test_what_goes_wrong_in_a_test_costs_that_test(
    verdict_on: VerdictOn, called: str, message_id: str, headline: str
) -> None:
    verdict = verdict_on(ANSWER_THAT.format(imported="", called=called))

    assert _outcomes(verdict) == [_PASSED, "failed"]
    assert (verdict.state, verdict.points, verdict.max_points) == (State.FAILING, 2, 3)
    assert verdict.first_failure is not None
    assert (verdict.first_failure.id, verdict.first_failure.headline) == (message_id, headline)


@pytest.mark.parametrize("called", ["pytest.skip('not today')", "pytest.xfail('it is hard')"])
def test_what_is_skipped_is_worth_nothing(verdict_on: VerdictOn, called: str) -> None:
    verdict = verdict_on(ANSWER_THAT.format(imported="", called=called))

    assert _outcomes(verdict) == [_PASSED, "skipped"]
    assert verdict.points == 2
    headline = "test_returns_none is skipped or expected to fail: that proves nothing."
    assert verdict.first_failure == Message(id="skipped-test", headline=headline)


def test_an_exit_after_the_last_test_costs_the_last_test(
    verdict_on: VerdictOn,
) -> None:
    imported = (
        "from pytest_mlinfra.plugin.kata.recorder import Recorder\n"
        "Recorder.pytest_sessionfinish = lambda *_: posix._exit(0)\n"
        "Recorder._end = lambda *_: posix._exit(0)\n"
    )
    verdict = verdict_on(ANSWER_THAT.format(imported=imported, called="pass"))

    assert _outcomes(verdict) == [_PASSED, "failed"]
    assert verdict.first_failure is not None
    assert verdict.first_failure.headline == "The test ended Python with exit code 0."


def test_what_runs_at_exit_comes_too_late(verdict_on: VerdictOn) -> None:
    imported = "atexit.register(posix._exit, 1)"
    verdict = verdict_on(ANSWER_THAT.format(imported=imported, called="pass"))

    assert verdict.state is State.DONE


def test_a_report_that_somebody_else_has_written_counts_against_the_test(
    verdict_on: VerdictOn,
) -> None:
    called = (
        "from pytest_mlinfra.grading.result import Item, ItemResult, Outcome, Sort\n"
        "        from pytest_mlinfra.runs.events import EventLog, Finished\n"
        "        from pathlib import Path\n"
        "        item = Item(kata='async/010_echo', name='test_echo.py::test_returns_none',\n"
        "                    sort=Sort.TEST, max_points=100)\n"
        "        passed = Finished(ItemResult(item=item, outcome=Outcome.PASSED))\n"
        "        EventLog(Path('/dev/fd/200')).write(passed)"
    )
    verdict = verdict_on(ANSWER_THAT.format(imported="", called=called))

    assert _outcomes(verdict) == [_PASSED, "failed"]
    assert verdict.max_points == 3
    assert verdict.first_failure == Message(
        id="reported-twice", headline="The test was reported more than once."
    )


def test_what_is_logged_is_no_report(verdict_on: VerdictOn) -> None:
    called = "import logging; logging.getLogger('echo').error('so far, so good')"
    verdict = verdict_on(ANSWER_THAT.format(imported="", called=called))

    assert verdict.state is State.DONE


def test_a_test_that_disappears_is_missed(verdict_on: VerdictOn) -> None:
    imported = (
        "frame = sys._getframe()\n"
        "while frame.f_globals.get('__name__', '').rpartition('.')[2] != 'test_echo':\n"
        "    frame = frame.f_back\n"
        "frame.f_globals['__test__'] = False\n"
    )
    verdict = verdict_on(ANSWER_THAT.format(imported=imported, called="pass"))

    assert _outcomes(verdict) == ["not run", "not run"]
    assert (verdict.points, verdict.max_points) == (0, 3)
    assert verdict.first_failure is not None
    assert verdict.first_failure.id == "not-reported"


def test_the_line_that_never_ended_is_pointed_at(verdict_on: VerdictOn) -> None:
    called = "signal.signal(signal.SIGALRM, signal.SIG_IGN)\n        while True: pass"
    verdict = verdict_on(ANSWER_THAT.format(imported="", called=called))

    assert verdict.first_failure is not None
    assert verdict.first_failure.evidence == "It was here: while True: pass"
    assert verdict.first_failure.place.endswith("async/020_shout/echo.py:10")


def test_an_answer_that_ends_the_grader_gets_no_second_life(
    verdict_on: VerdictOn,
) -> None:
    called = (
        "stat = open(f'/proc/{os.getppid()}/stat').read()\n"
        "        os.kill(int(stat.rpartition(')')[2].split()[1]), signal.SIGKILL)\n"
        "        time.sleep(5)"
    )
    verdict = verdict_on(ANSWER_THAT.format(imported="", called=called))

    assert _outcomes(verdict) == ["not run", "not run"]
    assert verdict.first_failure is not None
    assert verdict.first_failure.id == "ends-the-grader"
    assert verdict_on(ANSWER).state is State.DONE
