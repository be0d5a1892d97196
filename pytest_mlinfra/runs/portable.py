"""Runs in fresh processes on any platform: a limit of real time, and a process group.

What is printed is read by a thread and cut off; what the operating system has no
portable means against (memory, processes, files) is named in the isolation reached.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Self

from pytest_mlinfra.grading.result import Item
from pytest_mlinfra.katas.model import Limits
from pytest_mlinfra.runs.command import (
    PYTEST_VARIABLES,
    WAY,
    clean_environment,
    pytest_command,
    python_command,
)
from pytest_mlinfra.runs.job import Ending, Job
from pytest_mlinfra.runs.limits import KIB, TOOL_LIMITS, Hit, Limit
from pytest_mlinfra.runs.request import Isolation, Request, Way
from pytest_mlinfra.runs.result import RunResult, result_of

_MISSING = (
    "a jail: the code can do whatever its user can",
    "no limits of processor time, memory, processes and files",
    "a process that leaves its group is not ended",
)
_CHUNK = 64 * KIB


class PortableRuns:
    """Starts a Python for each request."""

    way = Way.FRESH

    def run(self, request: Request, expected: Sequence[Item] | None = None) -> RunResult:
        """See `Backend.run`."""
        job = Job(
            command=pytest_command(request.exercises, *request.folders),
            task=request.task,
            folder=str(Path.cwd()),
            environment=clean_environment() | PYTEST_VARIABLES | {WAY: self.way},
            limits=request.allowed,
        )
        isolation = Isolation(self.way, _MISSING)
        return result_of(run_job(job), isolation, request.answer_files, expected)

    def run_module(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> Ending:
        """See `Backend.run_module`."""
        return run_job(
            Job(
                command=tuple(command),
                folder=str(folder),
                environment=clean_environment() | dict(environment),
                limits=TOOL_LIMITS,
                separate_errors=True,
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing is left running that would have to be ended."""


def run_job(job: Job) -> Ending:
    """Run `job` in a new process to its end, or kill it when its time is over."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mlinfra-", ignore_cleanup_errors=True) as scratch:
        events = Path(scratch) / "events.jsonl"
        process = subprocess.Popen(
            python_command(job, scratch, str(events)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if job.separate_errors else subprocess.STDOUT,
            cwd=job.folder,
            env={**job.environment, "TMPDIR": scratch, "TEMP": scratch},
            start_new_session=True,
        )
        output = _Reader(process.stdout, job.limits)
        errors = _Reader(process.stderr, job.limits)
        hits = []
        try:
            process.wait(job.limits.kata)
        except subprocess.TimeoutExpired:
            hits.append(Hit(Limit.TIME, job.limits.kata))
        finally:
            _kill_group(process)
        exit_code = process.wait()
        if output.is_cut or errors.is_cut:
            hits.append(Hit(Limit.OUTPUT, job.limits.output))
        return Ending(
            exit_code=exit_code,
            output=output.text,
            errors=errors.text,
            events=events.read_bytes() if events.exists() else b"",
            hits=tuple(hits),
            seconds=time.monotonic() - started,
        )


class _Reader:
    """Reads a pipe in a thread of its own, and keeps its head."""

    def __init__(self, stream: IO[bytes] | None, limits: Limits) -> None:
        self.is_cut = False
        self._content = bytearray()
        self._most = limits.output * KIB
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    @property
    def text(self) -> str:
        """What was kept, as text."""
        # Whoever left the group may keep the pipe open for ever.
        self._thread.join(1)
        return self._content.decode("utf-8", "replace")

    def _read(self, stream: IO[bytes] | None) -> None:
        if stream is None:
            return
        with stream:
            while part := os.read(stream.fileno(), _CHUNK):
                kept = part[: self._most - len(self._content)]
                self.is_cut |= len(kept) < len(part)
                self._content += kept


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the process and of its group."""
    if hasattr(os, "killpg"):
        # The group may outlive its leader; it is gone when nobody is left in it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
