"""Watching code for what it blocks and what it leaves behind, as plain Python."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Iterator

from pytest_mlinfra.clock.blame import Blame, own_code
from pytest_mlinfra.clock.blocking import BlockingWatch, install
from pytest_mlinfra.clock.finding import Finding
from pytest_mlinfra.clock.leaks import LeakWatch, ServersView, no_servers


class Watch:
    """Watches code that runs, and then says what was wrong with it.

    Call `start`, run the code, call `stop` when it has ended and `examine` at any time
    after, while no loop runs. `watching` does it all.

    Args:
        loop: the loop that the code runs on; None if there is none, or it is not known.
        blame: whose mistakes count; None for everything but libraries.
        blocking: whether to look for calls that block a loop.
        leaks: whether to look for what is left behind.
        allow: ids of findings, and names of functions, that are not told of.
        cpu_seconds: seconds of processor time that one step of a loop may take.
        servers: what servers see of their clients, which may know more than the clients.

    Attributes:
        findings: what was found, once it has been examined.
    """

    def __init__(  # noqa: PLR0913 - settings, each with a default
        self,
        loop: asyncio.AbstractEventLoop | None = None,
        *,
        blame: Blame | None = None,
        blocking: bool = True,
        leaks: bool = True,
        allow: Collection[str] = (),
        cpu_seconds: float = 0.1,
        servers: ServersView = no_servers,
    ) -> None:
        blame = blame or own_code()
        self.findings: list[Finding] = []
        self._allow = frozenset(allow)
        self._blocking = (
            BlockingWatch(blame, allow=allow, cpu_seconds=cpu_seconds) if blocking else None
        )
        self._leaks = LeakWatch(loop, blame, servers=servers) if leaks else None

    def start(self) -> None:
        """Begin to watch."""
        if self._blocking is not None:
            install()
            self._blocking.start()
        if self._leaks is not None:
            self._leaks.start()

    def stop(self) -> None:
        """Take note of nothing that happens from now on."""
        if self._leaks is not None:
            self._leaks.stop()
        if self._blocking is not None:
            self._blocking.stop()
            self._tell(self._blocking.findings)

    def examine(self) -> None:
        """See what is left behind at this moment, and put an end to it."""
        if self._leaks is not None:
            # A line that blocks is told of once: what it had to leave is no further fault.
            blocking = {finding.place for finding in self.findings}
            self._tell([each for each in self._leaks.examine() if each.place not in blocking])

    def _tell(self, findings: list[Finding]) -> None:
        self.findings += (
            finding for finding in findings if not {finding.id, finding.subject} & self._allow
        )


@contextlib.contextmanager
def watching(
    loop: asyncio.AbstractEventLoop | None = None,
    *,
    blame: Blame | None = None,
    blocking: bool = True,
    leaks: bool = True,
    servers: ServersView = no_servers,
) -> Iterator[Watch]:
    """Watch the code that runs in the body; at its end, clean up after it.

    Example::

        loop = VirtualLoop()
        with watching(loop) as watch:
            loop.run_until_complete(scenario())
        assert watch.findings == []

    Args:
        loop: the loop that the code runs on, which must not run at the end of the body;
            None if there is none, or it is not known.
        blame: whose mistakes count; None for everything but libraries.
        blocking: whether to look for calls that block a loop.
        leaks: whether to look for what is left behind.
        servers: what servers see of their clients.
    """
    watch = Watch(loop, blame=blame, blocking=blocking, leaks=leaks, servers=servers)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()
        watch.examine()
