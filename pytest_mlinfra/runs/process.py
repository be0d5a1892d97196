"""A child process with a limit of real time, killed together with what it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# What is kept of a run's output, in bytes.
OUTPUT_LIMIT = 64 * 1024


@dataclass(frozen=True)
class Ending:
    """How a child process ended.

    Attributes:
        exit_code: its exit code, negative for a signal.
        output: standard output and standard error together, cut off at `OUTPUT_LIMIT`.
        seconds: real seconds that it took.
        timed_out: whether it was killed for passing its limit.
    """

    exit_code: int
    output: str
    seconds: float
    timed_out: bool


def run_process(
    command: Sequence[str], *, seconds: float, folder: Path, environment: Mapping[str, str]
) -> Ending:
    """Run `command` to its end, or kill it and its process group after `seconds`.

    Args:
        command: the program and its arguments.
        seconds: limit of real time.
        folder: working directory.
        environment: the whole environment.
    """
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
        )
        timed_out = False
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            timed_out = True
        finally:
            _kill_group(process)
        return Ending(
            exit_code=process.wait(),
            output=_head_of(output),
            seconds=time.perf_counter() - started,
            timed_out=timed_out,
        )


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the process and of everything that it started."""
    if hasattr(os, "killpg"):
        # The group may outlive its leader; it is gone when nobody is left in it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()


def _head_of(output: IO[bytes]) -> str:
    output.seek(0)
    head = output.read(OUTPUT_LIMIT + 1)
    text = head[:OUTPUT_LIMIT].decode("utf-8", "replace")
    return text + "\n… (output cut off here)" if len(head) > OUTPUT_LIMIT else text
