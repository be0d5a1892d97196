"""The fork server's own loop: for each connection a supervisor, for each job a runner."""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path
from typing import NoReturn

from pytest_mlinfra.errors import RunError
from pytest_mlinfra.runs.forkserver import kernel, tree, wire
from pytest_mlinfra.runs.forkserver.runner import open_descriptors
from pytest_mlinfra.runs.forkserver.scratch import remove
from pytest_mlinfra.runs.forkserver.supervisor import Supervisor
from pytest_mlinfra.runs.job import Job

# A client sends its job at once; who does not is no client. In seconds.
_JOB_PATIENCE = 10.0


def next_job(listener: socket.socket) -> Job:
    """Serve the clients of `listener`. Returns once for each job, in a process of its own.

    Standard input is the line by which the server hangs: when its other end is closed,
    for whatever reason, the server ends, and everything that it started as well. The
    folder that holds the listener's socket goes with it.

    Raises:
        RunError: there is more than one thread, so that forks would inherit locked locks.
    """
    if threading.active_count() > 1:
        names = ", ".join(thread.name for thread in threading.enumerate()[1:])
        raise RunError(f"what the fork server has imported starts threads: {names}")
    return _Server(listener).next_job()


class _Server:
    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        # What has been imported may write to what it has opened.
        self._kept = open_descriptors() - {listener.fileno()}
        self._folder = Path(listener.getsockname()).parent
        self._lifeline = sys.stdin.fileno()
        self._itself = os.pidfd_open(os.getpid())
        self._supervisors: dict[int, int] = {}
        self._poll = select.poll()

    def next_job(self) -> Job:
        """See the function of this name."""
        kernel.adopt_orphans()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._poll.register(self._listener, select.POLLIN)
        self._poll.register(self._lifeline, select.POLLIN)
        # What is there now lives as long as the server: to collect it in a child would
        # only copy its pages.
        gc.collect()
        gc.freeze()
        while True:
            for descriptor, _event in self._poll.poll():
                if descriptor == self._lifeline:
                    self._end()
                elif descriptor in self._supervisors:
                    self._say_farewell(descriptor)
                else:
                    job = self._accept()
                    if job is not None:
                        return job

    def _accept(self) -> Job | None:
        """Take a connection. Returns its job in the runner's process, and None in the server's."""
        client, _address = self._listener.accept()
        pid = os.fork()
        if pid:
            client.close()
            watched = os.pidfd_open(pid)
            self._supervisors[watched] = pid
            self._poll.register(watched, select.POLLIN)
            return None
        self._listener.close()
        for watched in self._supervisors:
            os.close(watched)
        try:
            return self._supervise(client)
        except BaseException:  # noqa: BLE001 - this process ends here, whatever happened
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)

    def _supervise(self, client: socket.socket) -> Job:
        """Be a supervisor to its end. Returns the job, but in the runner's process only."""
        with contextlib.suppress(wire.BrokenWireError, TimeoutError):
            client.settimeout(_JOB_PATIENCE)
            job = wire.receive(client, Job)
            client.settimeout(None)
            scratch = self._scratch(os.getpid())
            supervisor = Supervisor(job, client, self._itself, scratch=scratch, kept=self._kept)
            if supervisor.start():
                return job
            ending = supervisor.watch()
            if ending is not None:
                wire.send(client, ending)
        os._exit(0)

    def _say_farewell(self, watched: int) -> None:
        """A supervisor has ended; nothing that it watched over may be left."""
        self._poll.unregister(watched)
        os.close(watched)
        supervisor = self._supervisors.pop(watched)
        os.waitpid(supervisor, 0)
        # If it was killed itself, what it watched over was adopted by this process.
        while strays := set(tree.children()) - set(self._supervisors.values()):
            for pid in strays:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        remove(self._scratch(supervisor))

    def _scratch(self, supervisor: int) -> Path:
        return self._folder / str(supervisor)

    def _end(self) -> NoReturn:
        tree.kill_descendants()
        remove(self._folder)
        os._exit(0)
