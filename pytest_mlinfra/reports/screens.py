"""What the author of a wrong answer sees, kept as text: the golden screens of a kata.

They lie in `solutions/<kata>/screens/<wrong answer>.txt`, are compared at each check of
the course, and are accepted with `mlinfra lint --accept`. A screen is what `make check`
prints in 80 columns, without anything that changes from run to run: ports, addresses in
memory, where temporary files lie, and luck.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from pytest_mlinfra.grading.message import Message
from pytest_mlinfra.grading.report import gather
from pytest_mlinfra.grading.result import ItemResult
from pytest_mlinfra.grading.verdict import Verdict, judge
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.own_tests import HIDDEN_FOLDER
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.places import shown
from pytest_mlinfra.reports import terminal
from pytest_mlinfra.runs.rehearse import Rehearsed
from pytest_mlinfra.suites.programs import REVERSED, SHUFFLED

FOLDER = "screens"
WIDTH = 80
# One screen, so that the headline is still there when the prompt is back.
MOST_LINES = 40
# What is found by running a test again and again comes with the schedule, drawn, and with
# the command that repeats it.
MOST_LINES_WITH_SCHEDULE = 70
_REPEATS = "Once more: pytest"
# Pytest may have shortened what stands before.
_CUT_PORT = re.compile(r"(?<=\.\.\.)\d+(?=')")
_PORT = re.compile(r"(?<=0\.0\.1:)\d+|(?<=localhost:)\d+")
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")


def screen_of(kata: Kata, rehearsed: Rehearsed) -> str:
    """What `make check` prints for an answer that was just graded.

    Hidden tests leave no trace in it: learners know nothing of them.
    """
    visible = [
        result
        for result in rehearsed.verdict.results
        if not result.item.name.startswith(f"{HIDDEN_FOLDER}/")
    ]
    submission = Submission(rehearsed.root, handed_in=False)
    verdict = judge(kata, submission, _without_luck(visible), is_untouched=False)
    report = gather([_at_home(verdict, rehearsed.root, kata.exercises)], handed_in=False)
    return terminal.render(report, width=WIDTH)


def screen_file(kata: Kata, rehearsed: Rehearsed) -> Path:
    """Where the golden screen of an answer lies, there or not."""
    name = rehearsed.rehearsal.name.rpartition("/")[2]
    return kata.solution_folder / FOLDER / f"{name}.txt"


def accept(kata: Kata, rehearsed: Sequence[Rehearsed]) -> None:
    """Make what each wrong answer shows now its golden screen, and remove those of no answer."""
    screens = {screen_file(kata, each): screen_of(kata, each) for each in _wrong(rehearsed)}
    folder = kata.solution_folder / FOLDER
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.txt"):
        if path not in screens:
            path.unlink()
    for path, screen in screens.items():
        path.write_text(screen, encoding="utf-8")


def check_screen(kata: Kata, rehearsed: Rehearsed) -> Iterator[str]:
    """How the screen of one wrong answer differs from its golden one, or is too large."""
    path, screen = screen_file(kata, rehearsed), screen_of(kata, rehearsed)
    golden = path.read_text(encoding="utf-8") if path.is_file() else ""
    if golden != screen:
        difference = difflib.unified_diff(
            golden.splitlines(), screen.splitlines(), "accepted", "now", lineterm="", n=1
        )
        yield "\n".join([f"{shown(path)} is not what learners see; {_how(kata)}", *difference])
    lines = screen.splitlines()
    name = f"{kata.id}, {rehearsed.rehearsal.name}"
    has_schedule = any(_REPEATS in line for line in lines)
    most = MOST_LINES_WITH_SCHEDULE if has_schedule else MOST_LINES
    if len(lines) > most:
        yield f"{name}: its screen has {len(lines)} lines; {most} are one screen"
    widest = max(map(len, lines), default=0)
    if widest > WIDTH:
        yield f"{name}: its screen is {widest} columns wide; a terminal may have only {WIDTH}"


def check_strays(kata: Kata, rehearsed: Sequence[Rehearsed]) -> Iterator[str]:
    """Golden screens that belong to no wrong answer."""
    known = {screen_file(kata, each) for each in _wrong(rehearsed)}
    for path in sorted((kata.solution_folder / FOLDER).glob("*")):
        if path not in known:
            yield f"{shown(path)} is the screen of no wrong answer"


def _without_luck(results: Sequence[ItemResult]) -> list[ItemResult]:
    """`results` as if a suite's tests, in the order drawn by lot, had come in reversed order."""
    by_name = {result.item.name: result for result in results}
    reversed_order = by_name.get(REVERSED)
    if reversed_order is None:
        return list(results)
    told = {"outcome": reversed_order.outcome, "message": reversed_order.message}
    return [
        msgspec.structs.replace(each, **told) if each.item.name == SHUFFLED else each
        for each in results
    ]


def _how(kata: Kata) -> str:
    return f"if that is meant: `mlinfra lint --accept {kata.number}`"


def _wrong(rehearsed: Sequence[Rehearsed]) -> list[Rehearsed]:
    return [each for each in rehearsed if each.rehearsal.draws is not None]


def _at_home(verdict: Verdict, *folders: Path) -> Verdict:
    """`verdict` as if the answer had been graded where its learner has it."""
    home = f"exercises/{verdict.kata}"
    names = [Path(path).name for path in verdict.files]
    message = verdict.first_failure
    return msgspec.structs.replace(
        verdict,
        files=tuple(f"{home}/{name}" for name in names),
        statement=f"{home}/README.md",
        first_failure=message and _settled(message, folders),
    )


def _settled(message: Message, folders: Sequence[Path]) -> Message:
    """`message` without what changes from run to run, as if each of `folders` were the course's."""
    every = _PORT.findall(f"{message.headline}\n{message.evidence}")
    ports = {port: f"{50001 + n}" for n, port in enumerate(dict.fromkeys(every))}

    def settled(text: str) -> str:
        for folder in folders:
            text = text.replace(f"{folder}/", "exercises/")
        text = _PORT.sub(lambda found: ports[found[0]], text)
        text = _CUT_PORT.sub("001", text)
        return _ADDRESS.sub("0x7f0000000000", text)

    return msgspec.structs.replace(
        message,
        headline=settled(message.headline),
        evidence=settled(message.evidence),
        path=message.path and settled(message.path),
    )
