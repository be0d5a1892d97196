"""A fork server that runs modules, as ``python -m`` does.

Usage: ``python -m pytest_mlinfra.runs.forkserver MODULES LISTENER``. MODULES are names
to import beforehand, with commas between, and each job then runs its module in a fork;
with ``-`` in their place nothing is imported, and each job begins a Python of its own.
LISTENER is the descriptor of the listening socket.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import runpy
import socket
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from pytest_mlinfra.runs.command import python_command
from pytest_mlinfra.runs.forkserver.reporting import EVENTS, EVENTS_PATH, STACK
from pytest_mlinfra.runs.forkserver.server import next_job
from pytest_mlinfra.runs.job import Job

NOTHING = "-"


def main() -> NoReturn:
    """Serve, and in each runner's process run its module."""
    modules, listener = sys.argv[1:]
    if modules != NOTHING:
        for name in modules.split(","):
            # A tool that is not installed is missed by whoever asks for it.
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    job = next_job(socket.socket(fileno=int(listener)))
    if modules == NOTHING:
        _begin_python(job)
    _run_module(job.command)


def _begin_python(job: Job) -> NoReturn:
    if job.task is not None:
        for descriptor in (EVENTS, STACK):
            os.set_inheritable(descriptor, True)
    command = python_command(job, os.environ["TMPDIR"], EVENTS_PATH)
    os.execve(command[0], command, os.environ)  # noqa: S606 - there is no shell to want


def _run_module(command: Sequence[str]) -> NoReturn:
    """Run a module, and end without taking down all that the server has imported."""
    sys.argv = list(command)
    code: object = None
    try:
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - as the interpreter itself would
        traceback.print_exc()
        code = 1
    if code is not None and not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        code = 1
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no public way
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


if __name__ == "__main__":
    main()
