"""Grading tricks, and the answers that they are held against."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from pytest_mlinfra.grading.verdict import State, Verdict
from pytest_mlinfra.katas.answers import reference_files
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.submission import lay_out
from pytest_mlinfra.runs.grade import Grader
from pytest_mlinfra.runs.isolation import Reached, level_of
from pytest_mlinfra.runs.marks import MarkedRuns
from pytest_mlinfra.runs.redteam.tricks import Trick


class Attempt(msgspec.Struct, frozen=True):
    """What became of a trick.

    Attributes:
        trick: its name.
        about: what it does.
        layer: the layer that has to stop it.
        points: what it was given.
        won: whether that is more than the wrong answer alone is given, or the grader broke.
        left: how many processes it left behind.
    """

    trick: str
    about: str
    layer: str
    points: float
    won: bool
    left: int


class Campaign(msgspec.Struct, frozen=True):
    """What became of all tricks.

    Attributes:
        kata: the kata that they were played in.
        max_points: what the tests of that are worth.
        wrong: what the wrong answer alone is given.
        honest: whether the reference was given full marks, before them and after them.
        attempts: the tricks.
        isolation: the layers that were in place.
    """

    kata: str
    max_points: float
    wrong: float
    honest: bool
    attempts: tuple[Attempt, ...]
    isolation: Reached

    @property
    def is_held(self) -> bool:
        """Whether no trick has won or left anything behind, and honesty was rewarded."""
        return self.honest and not any(each.won or each.left for each in self.attempts)


def play(
    kata: Kata,
    tricks: Sequence[Trick],
    wrong: str,
    without: Sequence[str] = (),
    tell: Callable[[Attempt], None] = lambda _attempt: None,
) -> Campaign:
    """Play every trick, and grade what they are held against in the same run.

    Args:
        kata: an implementation kata of one file.
        tricks: the tricks.
        wrong: the text of a wrong answer.
        without: names of layers to leave away.
        tell: told of each trick when it has been played.
    """
    runs = MarkedRuns.for_marks(without)
    with Grader(runs) as grader, tempfile.TemporaryDirectory(prefix="mlinfra-") as folder:
        files = reference_files(kata)
        (name,) = files
        answer = Path(folder) / name

        def graded(text: str) -> Verdict:
            answer.write_text(text, "utf-8")
            with tempfile.TemporaryDirectory(prefix="mlinfra-") as place:
                return grader.grade_one(kata, lay_out(Path(place), kata, {name: answer}))

        honest_text = files[name].read_text("utf-8")
        before = graded(honest_text)
        worth = graded(wrong).points
        waiting = runs.processes
        attempts = []
        for trick in tricks:
            verdict = graded(trick.played_for(wrong))
            won = verdict.points > worth or verdict.state in (State.DONE, State.BROKEN)
            left = runs.processes - waiting
            attempt = Attempt(trick.name, trick.about, trick.layer, verdict.points, won, left)
            attempts.append(attempt)
            tell(attempt)
        after = graded(honest_text)
        return Campaign(
            kata=kata.id,
            max_points=before.max_points,
            wrong=worth,
            honest=before.state is State.DONE and after.state is State.DONE,
            attempts=tuple(attempts),
            isolation=level_of(runs.layers),
        )
