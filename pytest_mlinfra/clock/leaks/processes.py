"""Programs that were started and still run."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from pytest_mlinfra.clock.blame import caller
from pytest_mlinfra.clock.finding import Finding
from pytest_mlinfra.clock.leaks.leak import Leak
from pytest_mlinfra.clock.leaks.made import Made
from pytest_mlinfra.clock.leaks.origins import Origins

PROCESS_LEFT_RUNNING = "process-left-running"
_ADVICE = "await its wait(), after its terminate() if it would not end by itself, in a finally"

# Seconds of the loop's time that a program which was killed has to be gone.
_PATIENCE = 2.0

Process = subprocess.Popen[Any]


class RunningProcesses(Made):
    """Finds the programs that run on, whether asyncio started them or not."""

    def __init__(self, origins: Origins) -> None:
        super().__init__(origins, (("subprocess", "Popen"),), _has_ended)
        self._transports: WeakKeyDictionary[Process, Any] = WeakKeyDictionary()

    def note(self, made: Any) -> None:
        """Keep a program in mind, and which transport of asyncio waits for it, if one does."""
        super().note(made)
        frame = caller()
        if frame is not None and frame.f_globals.get("__name__") == "asyncio.unix_events":
            self._transports[made] = frame.f_locals.get("self")

    def leaks(self) -> Iterator[Leak]:
        """The programs that run."""
        for process, place in self.births.left:
            program = process.args if isinstance(process.args, str) else process.args[0]
            name = os.fsdecode(program)
            yield Leak(
                Finding(
                    id=PROCESS_LEFT_RUNNING,
                    headline=f"The program {name} still runs when all is done.",
                    place=place,
                    advice=_ADVICE,
                    subject=name,
                ),
                partial(self._end, process),
            )

    def _end(self, process: Process) -> Any:
        transport = self._transports.get(process)
        if transport is not None:
            return _close(transport)
        with process:
            process.kill()
        return None


async def _close(transport: Any) -> None:
    transport.close()
    # Asyncio's own way to wait for it; what a Process does is nothing else.
    await asyncio.wait_for(transport._wait(), _PATIENCE)  # noqa: SLF001 - see above


def _has_ended(process: Process) -> bool:
    """Whether the program has ended. Whoever started it is left to fetch how."""
    if process.returncode is not None:
        return True
    if not hasattr(os, "waitid"):
        return False
    try:
        ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return True
    return ended is not None
