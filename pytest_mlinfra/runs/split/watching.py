"""Watching an answer in another process for what it blocks and leaves behind."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Collection
from typing import Any

from pytest_mlinfra.clock.finding import without_repetition
from pytest_mlinfra.clock.leaks import ServersView, no_servers
from pytest_mlinfra.clock.lockstep import LeadingLoop
from pytest_mlinfra.clock.loop import VirtualLoop
from pytest_mlinfra.clock.watching import Watch
from pytest_mlinfra.errors import DeadlockError
from pytest_mlinfra.runs.split import messages
from pytest_mlinfra.runs.split.answer import RemoteAnswer


class RemoteWatch(Watch):
    """Watches here, and has the worker watch there.

    What the worker says is its own word. But a connection that a server still sees open
    when the worker has put an end to everything is told of, whatever the worker says.

    Args:
        answer: the answer.
        loop: as of `Watch`; so for the others.
        blocking: likewise.
        leaks: likewise.
        allow: likewise.
        cpu_seconds: likewise.
        servers: likewise.
        options: further arguments of `Watch`.
    """

    def __init__(  # noqa: PLR0913 - those of a watch
        self,
        answer: RemoteAnswer,
        loop: asyncio.AbstractEventLoop | None = None,
        *,
        blocking: bool = True,
        leaks: bool = True,
        allow: Collection[str] = (),
        cpu_seconds: float = 0.1,
        servers: ServersView = no_servers,
        **options: Any,
    ) -> None:
        super().__init__(
            loop,
            blocking=blocking,
            leaks=leaks,
            allow=allow,
            cpu_seconds=cpu_seconds,
            servers=servers,
            **options,
        )
        self._answer = answer
        self._loop = loop
        self._servers = servers
        self._checks = messages.Watch(blocking, leaks, tuple(allow), cpu_seconds)

    def start(self) -> None:
        """Begin to watch."""
        super().start()
        self._answer.watch(self._checks)

    def stop(self) -> None:
        """Take note of nothing that happens from now on."""
        self._tell_besides(self._answer.unwatch())
        super().stop()

    def examine(self) -> None:
        """See what is left behind at this moment, and put an end to it."""
        self._let_things_end()
        own = self._loop.own_addresses if isinstance(self._loop, LeadingLoop) else set()
        held = [(*seen.peer, seen.description) for seen in self._servers() if seen.peer not in own]
        # Whoever examines a test that has failed is still handling its failure.
        failed = sys.exception() is not None
        self._tell_besides(self._answer.review(held, failed=failed))
        self._let_things_end()
        super().examine()

    def _tell_besides(self, findings: list[Any]) -> None:
        self.findings = without_repetition([*self.findings, *findings])

    def _let_things_end(self) -> None:
        """Let both sides do what there is to do at this moment."""
        loop = self._loop
        if isinstance(loop, VirtualLoop) and not loop.is_closed() and not loop.is_running():
            with contextlib.suppress(DeadlockError):
                loop.run_until_complete(loop.settle())
