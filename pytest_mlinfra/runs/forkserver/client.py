"""The client's side: asking a fork server, and starting one."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from pytest_mlinfra.errors import RunError
from pytest_mlinfra.runs.forkserver import wire
from pytest_mlinfra.runs.forkserver.scratch import PREFIX, remove
from pytest_mlinfra.runs.job import Ending, Job

_SOCKET = "socket"
_LOG = "log"
# Beside the requests that are served, so many may wait to be.
_BACKLOG = 512
_END_PATIENCE = 5.0
# A supervisor ends its job in time. If there is no word of it so many seconds later,
# somebody has stopped the supervisor.
_SLACK = 10.0
# The path of a socket has at most 107 bytes.
_LONGEST_FOLDER = 90


class ServerGoneError(Exception):
    """The fork server ended before it had answered."""


class ServerStuckError(ServerGoneError):
    """The fork server does not answer."""


def ask(address: Path, job: Job) -> Ending:
    """Let the fork server at `address` run `job`, and wait for its end.

    Args:
        address: the path of its socket.
        job: the job; it is ended if this process ends.

    Raises:
        ServerGoneError: there is no answer.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(job.limits.kata + _SLACK)
        try:
            connection.connect(os.fspath(address))
            wire.send(connection, job)
            return wire.receive(connection, Ending)
        except TimeoutError as error:
            raise ServerStuckError("there is no answer in time") from error
        except (OSError, wire.BrokenWireError) as error:
            raise ServerGoneError(str(error)) from error


class Attached:
    """A fork server of somebody else's, which is at hand as long as that process wants.

    Attributes:
        address: the path of its socket.
    """

    def __init__(self, address: Path) -> None:
        self.address = address

    def ask(self, job: Job) -> Ending:
        """Let it run `job`.

        Raises:
            RunError: it is gone.
        """
        try:
            return ask(self.address, job)
        except ServerGoneError as error:
            raise RunError(f"the fork server at {self.address} is gone: {error}") from error


class ForkServer:
    """A fork server of this process's own, which ends with it.

    Args:
        command: what to run; the descriptor of the listening socket is appended.
        environment: its whole environment.
        folder: its working directory.

    Attributes:
        address: the path of its socket; connections are taken from the start, and
            answered as soon as the server is ready.
        has_answered: whether it has ever run a job.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> None:
        self._folder = _new_folder()
        self.address = self._folder / _SOCKET
        self.has_answered = False
        self._lock = threading.Lock()
        self._asking = 0
        self._is_retired = False
        with (
            socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener,
            (self._folder / _LOG).open("wb") as log,
        ):
            listener.bind(os.fspath(self.address))
            listener.listen(_BACKLOG)
            self._process = subprocess.Popen(
                [*command, str(listener.fileno())],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=dict(environment),
                cwd=folder,
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether its process is there."""
        return self._process.poll() is None

    @property
    def cannot_start(self) -> bool:
        """Whether it ended by itself before it ever ran a job."""
        code = self._process.poll()
        return code is not None and code >= 0 and not self.has_answered

    @property
    def log(self) -> str:
        """What it printed itself: why it could not start, or broke down."""
        with contextlib.suppress(OSError):
            return (self._folder / _LOG).read_text("utf-8", "replace").strip()
        return ""

    def ask(self, job: Job) -> Ending:
        """Let it run `job`.

        Raises:
            ServerGoneError: it ended before it had answered.
        """
        with self._lock:
            self._asking += 1
        try:
            ending = ask(self.address, job)
            self.has_answered = True
        except ServerStuckError:
            self.close()
            raise
        finally:
            with self._lock:
                self._asking -= 1
                has_to_end = self._is_retired and self._asking == 0
            if has_to_end:
                self.close()
        return ending

    def retire(self) -> None:
        """End it as soon as it has nothing left to do."""
        with self._lock:
            self._is_retired = True
            has_to_end = self._asking == 0
        if has_to_end:
            self.close()

    def close(self) -> None:
        """End it, and everything that it is running."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        if not self.ends_within(_END_PATIENCE):
            self._process.kill()
            self._process.wait()
        remove(self._folder)

    def ends_within(self, seconds: float) -> bool:
        """Wait for its process to end. Returns whether it did."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return not self.is_alive


def _new_folder() -> Path:
    """A folder that only this user can read, with a path short enough for a socket."""
    folder = tempfile.mkdtemp(prefix=PREFIX)
    if len(folder) > _LONGEST_FOLDER:
        Path(folder).rmdir()
        folder = tempfile.mkdtemp(prefix=PREFIX, dir="/tmp")
    return Path(folder)
