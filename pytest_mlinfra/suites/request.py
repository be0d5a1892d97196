"""What is asked of the process that runs a learner's suite against many programs."""

from __future__ import annotations

from typing import Literal

import msgspec

Order = Literal["given", "reversed", "shuffled"]

# Names of programs.
REFERENCE = "reference"
COVERAGE = "coverage"

# Names of what a log notes besides the tests: the program's name, the coverage
# (under its own name), and after how many seconds the run was killed.
PROGRAM = "program"
TIMED_OUT = "timed out"


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the whole suite, or of one test of it, against one program.

    Attributes:
        name: what tells this run from the others.
        text: the text of the module under test.
        order: the order of the tests.
        only: the name of the only test to run; None for all.
        measure: whether branch coverage of the module is measured.
    """

    name: str
    text: str
    order: Order = "given"
    only: str | None = None
    measure: bool = False


class SuiteRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A list of programs to run a suite against.

    Attributes:
        module: the path of the module under test.
        logs: the folder that takes one log of events per program, named by `log_name`.
        reference: the program that the suite must be green on; runs first.
        programs: the others; they run only if the suite is green on the reference.
        alone: whether each test also runs alone against the reference.
        seconds: limit of real time for the reference; the others get a multiple of
            what it took.
        seed: of the shuffled order.
    """

    module: str
    logs: str
    reference: Program
    programs: tuple[Program, ...]
    alone: bool
    seconds: float
    seed: int


def alone(reference: Program, test: str) -> Program:
    """The run of only `test` against the reference."""
    return Program(name=f"alone[{test}]", text=reference.text, only=test)


def log_name(index: int) -> str:
    """The name of the log of the program with this place in the order of running."""
    return f"{index:04}.jsonl"
