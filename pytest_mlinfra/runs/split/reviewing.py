"""Watching an answer where it runs, and saying what was found in plain data."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pytest_mlinfra.clock.blame import only
from pytest_mlinfra.clock.finding import Finding
from pytest_mlinfra.clock.leaks import SeenConnection
from pytest_mlinfra.clock.watching import Watch
from pytest_mlinfra.runs.split import messages


class Reviewer:
    """Watches one test after the other.

    Args:
        files: the learner's files, whose mistakes count.
    """

    def __init__(self, files: Collection[Path]) -> None:
        self._blame = only(files, lambda _path: False)
        self._watch: Watch | None = None
        self._held: tuple[SeenConnection, ...] = ()

    def begin(self, checks: messages.Watch, loop: asyncio.AbstractEventLoop | None) -> None:
        """Begin to watch what runs on `loop`."""
        self._watch = Watch(
            loop,
            blame=self._blame,
            blocking=checks.blocking,
            leaks=checks.leaks,
            allow=checks.allow,
            cpu_seconds=checks.cpu_seconds,
            servers=lambda: self._held,
        )
        self._watch.start()

    def stop(self) -> list[Any]:
        """Take note of nothing further; what was found so far."""
        if self._watch is None:
            return []
        self._watch.stop()
        return [_described(finding) for finding in self._watch.findings]

    def review(self, asked: messages.Review) -> list[Any]:
        """Put an end to what is left behind; what was found. The loop must not run."""
        if self._watch is None:
            return []
        self._held = tuple(
            SeenConnection((host, port), description) for host, port, description in asked.held
        )
        watch, self._watch = self._watch, None
        watch.examine()
        return [_described(finding) for finding in watch.findings]


def _described(finding: Finding) -> dict[str, Any]:
    described = dataclasses.asdict(finding)
    if finding.place is not None:
        described["place"]["path"] = str(finding.place.path)
    return described
