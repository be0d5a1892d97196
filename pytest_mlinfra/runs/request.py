"""What a run is asked to do, and how it may be run."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from pytest_mlinfra.katas.model import Kata, Limits
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.job import Part, Program, Task

# How many times as long as one run of it a whole suite may take.
_PATIENCE_WITH_SUITES = 20


class Way(enum.StrEnum):
    """A way of running."""

    WARM = "warm"
    """In a fork of a process that has imported everything (Linux)."""
    FRESH = "fresh"
    """In a process of its own that imports everything anew."""


@dataclass(frozen=True)
class Isolation:
    """What stands between the code that is graded and everything else.

    Attributes:
        way: the way of running.
        missing: what this machine or this way lacks, in plain words.
    """

    way: Way
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """What is to be run.

    Attributes:
        katas: the katas; only plans are made for several at once.
        submission: whose files.
        part: which part of what is graded; see `Task`.
        program: in a testing kata, what the learner's suite is run against.
        hidden: whether the hidden tests belong to what is graded.
        limits: what the run may use; None for what the first kata's manifest says.
    """

    katas: tuple[Kata, ...]
    submission: Submission
    part: Part = "all"
    program: Program | None = None
    hidden: bool = False
    limits: Limits | None = None

    @property
    def allowed(self) -> Limits:
        """What the run may use."""
        manifest = self.katas[0].manifest
        limits = self.limits or manifest.limits
        if manifest.suite is not None and self.program is None:
            # Each run of the suite has its own limit. The session that waits for them all
            # runs nothing of the learner's, and how long it waits is no one's fault.
            return replace(limits, kata=_PATIENCE_WITH_SUITES * limits.kata)
        return limits

    @property
    def exercises(self) -> Path:
        """The folder of the course that the katas belong to."""
        return self.katas[0].exercises

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders of the katas."""
        return tuple(kata.folder for kata in self.katas)

    @property
    def answer_files(self) -> tuple[Path, ...]:
        """The files that the learner wrote, there or not."""
        return tuple(
            self.submission.path(kata, name) for kata in self.katas for name in kata.manifest.write
        )

    @property
    def may_run_further(self) -> bool:
        """Whether the run may ask for runs itself: of tools, or of a suite."""
        return self.part != "plan" and self.program is None

    @property
    def task(self) -> Task:
        """The request, as a session of pytest understands it."""
        root = self.submission.root.resolve() if self.submission.handed_in else None
        return Task(
            folders=tuple(map(str, self.folders)),
            submission=str(root) if root is not None else None,
            part=self.part,
            program=self.program,
            hidden=self.hidden,
        )
