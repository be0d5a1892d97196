"""A fleet in a process of its own, as a person starts it."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SECONDS = 30  # of real time, for a machine that is busy


@dataclass
class ServedFleet:
    """A running `mlinfra serve`.

    Attributes:
        process: its process; standard output is a pipe.
        folder: where it publishes its address.
        said: the event ``ready``.
    """

    process: subprocess.Popen[str]
    folder: Path
    said: dict[str, Any]

    def url(self, model: str) -> str:
        """Where a model is reached."""
        return next(str(each["url"]) for each in self.said["models"] if each["name"] == model)

    def event(self, name: str) -> dict[str, Any]:
        """The next event of that name."""
        while True:
            event = _line(self.process)
            if event["event"] == name:
                return event

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        return self.process.wait(_SECONDS)

    @property
    def left_behind(self) -> list[str]:
        """What lies in its folder."""
        return sorted(path.name for path in (self.folder / "mlinfra").iterdir())


@contextmanager
def served(file: Path, *options: str) -> Iterator[ServedFleet]:
    """`file` served in a process of its own, which is gone at the end."""
    # Not below pytest's folders: the path of a socket has to be short.
    with tempfile.TemporaryDirectory(prefix="fleet-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest_mlinfra.cli", "serve", str(file), "--json", *options],
            env=_environment(Path(folder)),
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield ServedFleet(process, Path(folder), _line(process))
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(_SECONDS)
                finally:
                    process.kill()
            assert process.stdout is not None
            process.stdout.close()


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "XDG_RUNTIME_DIR": str(folder)}


def _line(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The next event that it tells of."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        assert selector.select(_SECONDS), "the fleet says nothing"
    told = process.stdout.readline()
    assert told, f"the fleet has ended, with exit code {process.wait(_SECONDS)}"
    event: dict[str, Any] = json.loads(told)
    return event
