"""The process that runs a job: what it inherits, what it may use, and nothing else."""

from __future__ import annotations

import fcntl
import io
import math
import os
import resource
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pytest_mlinfra.katas.model import Limits
from pytest_mlinfra.runs.forkserver import kernel
from pytest_mlinfra.runs.forkserver.reporting import EVENTS, STACK, answer_for_stack
from pytest_mlinfra.runs.job import Job
from pytest_mlinfra.runs.limits import MIB

_STANDARD = range(3)
_FIRST_OTHER = STACK + 1
# What an idle thread takes of its process's data, which is the size of its stack.
_STACK_OF_THREAD = 8 * MIB


@dataclass(frozen=True)
class Pipes:
    """Pairs of descriptors, each for reading and for writing.

    Attributes:
        output: standard output, and standard error unless that is kept apart.
        errors: standard error.
        events: what the session reports.
        stack: what the runner was doing.
    """

    output: tuple[int, int]
    errors: tuple[int, int]
    events: tuple[int, int]
    stack: tuple[int, int]

    @classmethod
    def make(cls) -> Pipes:
        """New pipes, whose reading ends never block."""
        pipes = cls(os.pipe(), os.pipe(), os.pipe(), os.pipe())
        for reading, _writing in (pipes.output, pipes.errors, pipes.events, pipes.stack):
            os.set_blocking(reading, False)
        return pipes

    @property
    def writing(self) -> tuple[int, int, int, int]:
        """The ends that a runner writes to."""
        return self.output[1], self.errors[1], self.events[1], self.stack[1]


def open_descriptors() -> frozenset[int]:
    """The descriptors that this process has open, besides the standard streams."""
    listed = map(int, os.listdir("/proc/self/fd"))  # noqa: PTH208 - in every run, so quickly
    return frozenset(each for each in listed if each not in _STANDARD and _is_open(each))


def _is_open(descriptor: int) -> bool:
    """Whether `descriptor` is open: that of a listing is not, once it is there."""
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def become_runner(job: Job, pipes: Pipes, scratch: Path, kept: frozenset[int]) -> None:
    """Turn this process, just forked by the supervisor, into the one that runs `job`.

    Args:
        job: what it is going to run.
        pipes: what it writes to.
        scratch: its own folder for temporary files, which is removed after it.
        kept: descriptors that something which was imported holds open, pytest's log say:
            under their numbers nothing else may be opened.
    """
    supervisor = os.getppid()
    os.setsid()
    kernel.die_with(supervisor)
    kernel.be_first_to_go()
    _take_descriptors(pipes, kept, separate_errors=job.separate_errors)
    # The fork server ignores it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(job.environment)
    os.environ["TMPDIR"] = str(scratch)
    tempfile.tempdir = None
    os.chdir(job.folder)
    answer_for_stack()
    set_limits(job.limits)


def set_limits(limits: Limits) -> None:
    """Let the kernel refuse this process and its children more than `limits`.

    It counts per process; the supervisor adds up. The number of processes is left to
    the supervisor altogether: the kernel counts all of the user's, in and out of this
    run, and does not count those of root at all.
    """
    seconds = math.ceil(limits.cpu) + 1
    _lower(resource.RLIMIT_CPU, seconds)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, limits.file * MIB)
    _lower(resource.RLIMIT_NOFILE, limits.open_files)
    # Address space would be the wrong measure: each thread reserves 64 MiB of it that
    # nobody ever uses.
    room = limits.memory * MIB + limits.threads * _STACK_OF_THREAD
    _lower(resource.RLIMIT_DATA, _data_of_this_process() + room)


def _lower(kind: int, most: int) -> None:
    _soft, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(kind, (most, most))


def _data_of_this_process() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[5])
    return pages * resource.getpagesize()


def _take_descriptors(pipes: Pipes, kept: frozenset[int], *, separate_errors: bool) -> None:
    """Keep nothing open but what is kept, the standard streams and the two ways to report."""
    sys.stdout.flush()
    sys.stderr.flush()
    output, errors, events, stack = (_out_of_the_way(each) for each in pipes.writing)
    nothing = _out_of_the_way(os.open(os.devnull, os.O_RDONLY))
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(errors if separate_errors else output, 2)
    # What the runner starts reports nothing.
    os.dup2(events, EVENTS, inheritable=False)
    os.dup2(stack, STACK, inheritable=False)
    for descriptor in open_descriptors() - kept - {EVENTS, STACK}:
        os.close(descriptor)
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        stream = _text(number, mode)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _out_of_the_way(descriptor: int) -> int:
    """A copy of `descriptor` with a number that none of those to keep takes."""
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _FIRST_OTHER)


def _text(descriptor: int, mode: str) -> io.TextIOWrapper:
    """A standard stream, as Python makes it where there is no terminal."""
    binary = open(descriptor, f"{mode}b", closefd=False)  # noqa: SIM115 - stays open
    errors = "backslashreplace" if descriptor == 2 else "strict"  # noqa: PLR2004
    return io.TextIOWrapper(binary, encoding="utf-8", errors=errors)
