"""What is asked of a process that runs something, and what it answers: plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from pytest_mlinfra.katas.model import Limits
from pytest_mlinfra.runs.limits import Hit

Order = Literal["given", "reversed", "shuffled"]
Part = Literal["all", "tests", "gates", "plan"]
# Where the answer to an implementation kata runs, if not beside its tests.
Split = Literal["process", "jail"]
# The note of a run that holds the names of the layers around an answer.
ISOLATION = "isolation"


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a learner's suite, or of one test of it, against one program.

    Attributes:
        name: what tells this run from the others.
        module: the path of the module under test.
        text: its text.
        order: the order of the tests.
        seed: of the shuffled order.
        only: the name of the only test to run; None for all.
        measure: whether branch coverage of the module is measured.
    """

    name: str
    module: str
    text: str
    order: Order = "given"
    seed: int = 0
    only: str | None = None
    measure: bool = False


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What a session of pytest is to grade.

    Attributes:
        folders: the folders of the katas.
        submission: the folder whose files are graded; None for the learner's own.
        part: ``tests`` (with the rules for a suite), ``gates``, or ``all`` of it; ``plan``
            only says what there is to grade.
        program: in a testing kata, the program that the learner's suite is run against;
            None to apply the rules for suites.
        hidden: whether the hidden tests belong to what is graded.
        zygote: the address of the process that starts one for the answer; None to run it
            beside its tests.
    """

    folders: tuple[str, ...]
    submission: str | None = None
    part: Part = "all"
    program: Program | None = None
    hidden: bool = False
    zygote: str | None = None


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to run in a process of its own.

    Attributes:
        command: the name of a module and the arguments to run it with.
        task: what `command` is to grade, where that is pytest.
        folder: the working directory.
        environment: the whole environment.
        limits: what it may use.
        separate_errors: whether standard error is kept apart from standard output.
    """

    command: tuple[str, ...]
    task: Task | None = None
    folder: str
    environment: Mapping[str, str]
    limits: Limits
    separate_errors: bool = False


class Frame(msgspec.Struct, frozen=True):
    """One call on a thread's stack: the file, the line from 1, and the function."""

    path: str
    line: int
    function: str


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How a job ended.

    Attributes:
        exit_code: of its process, negative for a signal; None where it was ended.
        output: what it printed, cut off at its limit.
        errors: what it printed to standard error, where that was kept apart.
        events: what it reported, as lines of JSON.
        hits: the limits that it went beyond.
        stack: what it was doing when it was ended, innermost first.
        seconds: real seconds that it took.
        lost: whether whoever watched over it vanished, so that nothing is known.
    """

    exit_code: int | None
    output: str = ""
    errors: str = ""
    events: bytes = b""
    hits: tuple[Hit, ...] = ()
    stack: tuple[Frame, ...] = ()
    seconds: float = 0
    lost: bool = False
