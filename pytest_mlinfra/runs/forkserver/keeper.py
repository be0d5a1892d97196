"""Keeping one fork server at hand, and a new one when the old will not do any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from pathlib import Path

from pytest_mlinfra.errors import RunError
from pytest_mlinfra.runs.forkserver import tree
from pytest_mlinfra.runs.forkserver.client import ForkServer, ServerGoneError
from pytest_mlinfra.runs.job import Ending, Job
from pytest_mlinfra.runs.limits import MIB

# How often it is looked whether the server has become stale, in seconds.
_INTERVAL = 0.2
# A fork server runs nothing itself, so its memory should not grow at all.
_MOST_GROWTH = 64 * MIB
_ATTEMPTS = 2
# Between a server's last word and its end, in seconds.
_DEATH_STRUGGLE = 0.5


class Keeper:
    """Starts a fork server when it is first needed, and again when it has to be.

    That is when what it has imported or read has changed since, when it has ended, and
    when its memory has grown.

    Args:
        start: starts one.
        fingerprint: of everything whose change a running one would not notice.
    """

    def __init__(
        self, start: Callable[[], ForkServer], fingerprint: Callable[[], Hashable]
    ) -> None:
        self._start = start
        self._fingerprint = fingerprint
        self._lock = threading.Lock()
        self._server: ForkServer | None = None
        self._is_closed = False
        self._begun_with: Hashable = None
        self._memory = 0
        self._looked = 0.0

    @property
    def address(self) -> Path:
        """Where the server is asked, which is started if there is none."""
        return self.server.address

    @property
    def server(self) -> ForkServer:
        """The fork server, a new one if there is none that will do.

        Raises:
            RunError: this keeper is closed.
        """
        with self._lock:
            if self._is_closed:
                raise RunError("the run was broken off")
            server = self._server
            if server is not None and self._has_to_go(server):
                server.retire()
                server = None
            if server is None:
                self._begun_with = self._fingerprint()
                self._memory = 0
                self._looked = time.monotonic()
                server = self._server = self._start()
            return server

    def ask(self, job: Job) -> Ending:
        """Let the server run `job`, and once more if the server does not survive it.

        Raises:
            RunError: no server can be started; the text is its own.
        """
        for _ in range(_ATTEMPTS):
            server = self.server
            try:
                return server.ask(job)
            except ServerGoneError:
                server.ends_within(_DEATH_STRUGGLE)
        if server.cannot_start:
            raise RunError(f"the fork server cannot start: {server.log}")
        return Ending(exit_code=None, lost=True)

    def close(self) -> None:
        """End the server and everything that it is running, and start none any more."""
        with self._lock:
            self._is_closed = True
            server, self._server = self._server, None
        if server is not None:
            server.close()

    def _has_to_go(self, server: ForkServer) -> bool:
        if not server.is_alive:
            return True
        now = time.monotonic()
        if now < self._looked + _INTERVAL:
            return False
        self._looked = now
        return self._has_grown(server) or self._fingerprint() != self._begun_with

    def _has_grown(self, server: ForkServer) -> bool:
        """Whether its memory is more than when it had answered for the first time."""
        if not server.has_answered:
            return False
        try:
            memory = tree.memory_of(server.pid)
        except OSError:
            return True
        self._memory = self._memory or memory
        return memory > self._memory + _MOST_GROWTH
