"""All detectors of leaks together: what was left behind, found and put an end to."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import Any

from pytest_mlinfra.clock.blame import Blame
from pytest_mlinfra.clock.finding import Finding, without_repetition
from pytest_mlinfra.clock.leaks.cancellations import SwallowedCancellations
from pytest_mlinfra.clock.leaks.children import RunningChildren
from pytest_mlinfra.clock.leaks.clients import OpenClients
from pytest_mlinfra.clock.leaks.coroutines import ForgottenCoroutines
from pytest_mlinfra.clock.leaks.exceptions import UnheardExceptions
from pytest_mlinfra.clock.leaks.executors import RunningExecutors
from pytest_mlinfra.clock.leaks.generators import AbandonedGenerators
from pytest_mlinfra.clock.leaks.leak import Detector, Leak
from pytest_mlinfra.clock.leaks.origins import Origins
from pytest_mlinfra.clock.leaks.processes import RunningProcesses
from pytest_mlinfra.clock.leaks.sockets import OpenSockets, ServersView
from pytest_mlinfra.clock.leaks.tasks import Tasks
from pytest_mlinfra.errors import DeadlockError

# Turns of the loop, without any time passing, in which what is already on its way ends:
# a task that was cancelled, the two ends of a connection that was closed.
_TURNS = 12


def no_servers() -> tuple[()]:
    """There are no servers whose view is known."""
    return ()


class LeakWatch:
    """Watches a loop, and whatever else the code under test leaves behind.

    Call `start`, run the code, call `stop` at its end and `examine` at any time after,
    while the loop does not run.

    Args:
        loop: the loop that the code runs on; None if it runs on none.
        blame: whose leaks count.
        servers: what servers see of their clients.

    Attributes:
        findings: what was left behind, known after `examine`.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop | None,
        blame: Blame,
        *,
        servers: ServersView = no_servers,
    ) -> None:
        self.findings: list[Finding] = []
        self._loop = loop
        origins = Origins(blame)
        # In the order in which they are asked: what went wrong before what is left, and
        # what holds other things before those. A task that has a client and a client
        # that has connections are told of once.
        facts: list[Detector] = []
        things: list[Detector] = []
        if loop is not None:
            tasks = Tasks(loop, origins)
            facts += [UnheardExceptions(loop, tasks, origins), SwallowedCancellations(tasks, blame)]
            things += [tasks, AbandonedGenerators(loop, origins)]
        facts.insert(0, ForgottenCoroutines(blame))
        clients = OpenClients(origins)
        things += [
            clients,
            OpenSockets(origins, loop, clients, servers),
            RunningExecutors(origins, loop),
            RunningProcesses(origins),
            RunningChildren(origins),
        ]
        self._detectors: Sequence[Detector] = [*facts, *things]
        self._things: Sequence[Detector] = things

    def start(self) -> None:
        """Begin to keep in mind what is made."""
        for detector in self._detectors:
            detector.start()

    def stop(self) -> None:
        """Keep in mind nothing further."""
        for detector in reversed(self._detectors):
            detector.stop()

    def examine(self) -> list[Finding]:
        """Find what was left behind, and put an end to it."""
        if any(list(detector.leaks()) for detector in self._things):
            self._run(_let_things_end)
        findings: list[Finding] = []
        for detector in self._detectors:
            leaks = list(detector.leaks())
            if leaks:
                findings += (leak.finding for leak in leaks)
                self._run(partial(_mend, leaks))
        self.findings = without_repetition(findings)
        return self.findings

    def _run(self, action: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run something on the loop, if that is still possible, or else on one of its own."""
        loop = self._loop
        # A clean-up that waits for what will never come is given up.
        with contextlib.suppress(DeadlockError):
            if loop is not None and not loop.is_closed() and not loop.is_running():
                loop.run_until_complete(action())
            elif asyncio._get_running_loop() is None:  # noqa: SLF001 - does not raise
                asyncio.run(action())


async def _let_things_end() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)


async def _mend(leaks: Iterable[Leak]) -> None:
    for leak in leaks:
        # Whatever fails here was not to be done by us, and has been told of.
        with contextlib.suppress(Exception, asyncio.CancelledError):
            ending = leak.mend()
            if inspect.isawaitable(ending):
                await ending
    await _let_things_end()
