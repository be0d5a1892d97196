"""Processes of `multiprocessing` that were started and still run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from pytest_mlinfra.clock.blame import caller
from pytest_mlinfra.clock.finding import Finding
from pytest_mlinfra.clock.leaks.leak import Leak
from pytest_mlinfra.clock.leaks.made import Made
from pytest_mlinfra.clock.leaks.origins import Origins
from pytest_mlinfra.clock.leaks.processes import PROCESS_LEFT_RUNNING

_ADVICE = "await asyncio.to_thread(process.join), in a finally"
# What starts processes and ends them by itself.
_POOLS = ("concurrent.futures.", "multiprocessing.managers", "multiprocessing.pool")


class RunningChildren(Made):
    """Finds the processes that run on, apart from those of pools."""

    def __init__(self, origins: Origins) -> None:
        super().__init__(origins, (("multiprocessing.process", "BaseProcess"),), _is_not_running)

    def note(self, made: Any) -> None:
        """Keep a process in mind, unless a pool has made it."""
        libraries = self._origins.blame.trail(caller()).libraries
        names = [str(frame.f_globals.get("__name__")) for frame in libraries]
        if not any(name.startswith(_POOLS) for name in names):
            super().note(made)

    def leaks(self) -> Iterator[Leak]:
        """The processes that run."""
        for process, place in self.births.left:
            yield Leak(
                Finding(
                    id=PROCESS_LEFT_RUNNING,
                    headline=f"The process {process.name} still runs when all is done.",
                    place=place,
                    advice=_ADVICE,
                    subject=process.name,
                ),
                partial(_end, process),
            )


def _end(process: Any) -> None:
    process.kill()
    process.join()


def _is_not_running(process: Any) -> bool:
    return process.pid is None or not process.is_alive()
