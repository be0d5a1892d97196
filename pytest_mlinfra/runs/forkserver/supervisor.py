"""Watching over one runner: its output, its limits, its end, and that of all it started."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import sys
import traceback
from pathlib import Path

from pytest_mlinfra.runs.forkserver import kernel, tree
from pytest_mlinfra.runs.forkserver.meter import Meter
from pytest_mlinfra.runs.forkserver.outlet import Outlet
from pytest_mlinfra.runs.forkserver.progress import Progress
from pytest_mlinfra.runs.forkserver.reporting import ASK_FOR_STACK
from pytest_mlinfra.runs.forkserver.runner import Pipes, become_runner
from pytest_mlinfra.runs.forkserver.scratch import remove
from pytest_mlinfra.runs.forkserver.stack import read_stack
from pytest_mlinfra.runs.job import Ending, Frame, Job
from pytest_mlinfra.runs.limits import KIB, MIB, Hit, Limit

# How often a run's use of the machine is looked at, in seconds.
_TICK = 0.02
# How long a run that is going to be ended may take to say where it is, in seconds: it
# may have filled every processor.
_STACK_PATIENCE = 1.0
_STACK_SIZE = 64 * KIB
_MOST_EVENTS = 16 * MIB
# The exit code of a runner that could not begin.
_NOT_STARTED = 70


class Supervisor:
    """Runs one job and watches over it.

    Args:
        job: what to run.
        client: the connection to whoever asked; when that is gone, so is the job.
        server: a descriptor of the fork server's process; likewise.
        scratch: the folder for the job's temporary files; made here, and removed at the end.
        kept: further descriptors that the job inherits.
    """

    def __init__(
        self,
        job: Job,
        client: socket.socket,
        server: int,
        *,
        scratch: Path,
        kept: frozenset[int] = frozenset(),
    ) -> None:
        self._job = job
        self._kept = kept
        self._client = client
        self._server = server
        self._scratch = scratch
        self._pipes = pipes = Pipes.make()
        most = job.limits.output * KIB
        self._output = Outlet(pipes.output[0], most)
        self._errors = Outlet(pipes.errors[0], most)
        self._events = Outlet(pipes.events[0], _MOST_EVENTS)
        self._stack = Outlet(pipes.stack[0], _STACK_SIZE)
        self._runner = 0

    def start(self) -> bool:
        """Fork the runner. Returns True in that, and False in the supervisor."""
        kernel.adopt_orphans()
        self._scratch.mkdir()
        self._runner = os.fork()
        if self._runner == 0:
            self._client.close()
            try:
                become_runner(self._job, self._pipes, self._scratch, self._kept)
            except BaseException:  # noqa: BLE001 - nobody above knows what to do in this process
                traceback.print_exc()
                sys.stderr.flush()
                os._exit(_NOT_STARTED)
            return True
        for descriptor in self._pipes.writing:
            os.close(descriptor)
        self._meter = Meter(self._job.limits, self._runner)
        self._progress = Progress(self._meter.now)
        return False

    def watch(self) -> Ending | None:
        """Wait for the end of the job, or bring it about; None if nobody wants to know it."""
        hit, is_wanted = self._wait()
        frames = self._ask_for_stack() if hit else ()
        seconds = self._meter.seconds
        codes = tree.kill_descendants()
        for outlet in (self._output, self._errors, self._events):
            outlet.drain()
        remove(self._scratch)
        if not is_wanted:
            return None
        hits = [hit] if hit else []
        if self._output.is_cut or self._errors.is_cut:
            hits.append(Hit(Limit.OUTPUT, self._job.limits.output))
        return Ending(
            exit_code=None if hit else codes.get(self._runner),
            output=self._output.text,
            errors=self._errors.text,
            events=bytes(self._events.content),
            hits=tuple(hits),
            stack=frames,
            seconds=seconds,
        )

    def _wait(self) -> tuple[Hit | None, bool]:
        """The limit that the job went beyond, if it did not end; and whether anybody cares."""
        poll = select.poll()
        runner = os.pidfd_open(self._runner)
        nobody_cares = {self._server, self._client.fileno()}
        for descriptor in (runner, *nobody_cares):
            poll.register(descriptor, select.POLLIN | select.POLLRDHUP)
        outlets = {each.descriptor: each for each in (self._output, self._errors, self._events)}
        for descriptor in outlets:
            poll.register(descriptor, select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _event in poll.poll(_TICK * 1000)}
            if ready & nobody_cares:
                return None, False
            for descriptor in ready & outlets.keys():
                outlet = outlets[descriptor]
                part = outlet.read()
                if outlet is self._events:
                    self._progress.feed(part)
                if not outlet.is_open:
                    poll.unregister(descriptor)
            if runner in ready:
                return None, True
            hit = self._meter.check(self._progress)
            if hit is not None:
                return hit, True

    def _ask_for_stack(self) -> tuple[Frame, ...]:
        """What the runner is doing, as far as it can still tell."""
        assert ASK_FOR_STACK is not None
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._runner, ASK_FOR_STACK)
        patience = _STACK_PATIENCE
        while self._stack.is_open and select.select([self._stack.descriptor], [], [], patience)[0]:
            self._stack.read()
            patience = _TICK
        return read_stack(self._stack.text)
