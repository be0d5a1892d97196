"""Waiting for other programs, and for the person at the terminal."""

from __future__ import annotations

import builtins
import os
import subprocess
from collections.abc import Iterator
from typing import Any

from pytest_mlinfra.clock.blame import caller
from pytest_mlinfra.clock.blocking.calls import Call
from pytest_mlinfra.clock.blocking.patching import Watched

_PROCESS = "await asyncio.create_subprocess_exec(...), then await its wait() or communicate()"
_SHELL = "await asyncio.create_subprocess_shell(...), then await its communicate()"
_INPUT = "await asyncio.to_thread(input)"


def process_calls() -> Iterator[Watched]:
    """The calls that wait until another program ends or a person types something."""
    for name in ("wait", "communicate"):
        call = Call(f"subprocess.Popen.{name}", _PROCESS)
        yield Watched(subprocess.Popen, name, call, _is_running)
    yield Watched(os, "system", Call("os.system", _SHELL))
    yield Watched(os, "popen", Call("os.popen", _SHELL))
    for name in ("wait", "wait3", "wait4", "waitid", "waitpid"):
        if hasattr(os, name):
            yield Watched(os, name, Call(f"os.{name}", _PROCESS), _waits)
    yield Watched(builtins, "input", Call("input", _INPUT))


def _is_running(
    process: subprocess.Popen[Any], *args: object, timeout: float | None = None
) -> bool:
    if process.returncode is not None or timeout == 0 or 0 in args:
        return False
    # The end of an `os.popen`, which has been told of.
    return _module_of_caller() != "os"


def _waits(*args: Any, **options: Any) -> bool:
    """Whether an `os.wait…` is not told to return at once, and no one else's detail."""
    if _module_of_caller() == "subprocess":
        return False
    # Only waitid takes its flags as the third argument; wait takes none at all.
    flags = [value for value in (*args[1:], *options.values()) if isinstance(value, int)]
    return not any(value & os.WNOHANG for value in flags[-1:])


def _module_of_caller() -> str:
    frame = caller()
    return str(frame.f_globals.get("__name__")) if frame is not None else ""
