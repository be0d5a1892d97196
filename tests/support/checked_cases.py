"""Runs the planted faults of `tests/corpus/`, and says what each is to be found as.

A case is a module with two programs, `faulty` and `clean`. Both are given the URL of a
model server. The line to blame carries the comment ``# fault: ID`` or, where the name of
a function belongs to it, ``# fault: ID of NAME``.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pytest_mlinfra.clock import VirtualLoop
from pytest_mlinfra.clock.blocking import install
from pytest_mlinfra.clock.finding import Finding
from pytest_mlinfra.clock.watching import watching
from pytest_mlinfra.errors import BlockingCallError
from pytest_mlinfra.fleet import ModelFleet

CORPUS = Path(__file__).parents[1] / "corpus"
SETTINGS = ("virtual", "real", "debug")
_FAULT = re.compile(r"# fault: (?P<id>[a-z-]+)(?: of (?P<subject>\S+))?$")

Program = Callable[[str], Coroutine[Any, Any, None]]
MakeLoop = Callable[[], asyncio.AbstractEventLoop]


@dataclass(frozen=True)
class Fault:
    """What a case is to be found as."""

    id: str
    line: int
    subject: str | None


@dataclass(frozen=True)
class Case:
    """One file of the corpus."""

    path: Path

    def __str__(self) -> str:
        return self.path.stem

    @property
    def fault(self) -> Fault:
        """The fault that its comment tells of."""
        for number, line in enumerate(self.path.read_text().splitlines(), start=1):
            match = _FAULT.search(line)
            if match:
                return Fault(match["id"], number, match["subject"])
        raise ValueError(f"{self.path} says nowhere what its fault is")

    def load(self) -> ModuleType:
        """A new copy of the module, imported after whatever is watched was put in place."""
        install()
        spec = importlib.util.spec_from_file_location(f"corpus_{self.path.stem}", self.path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def cases(folder: str) -> list[Case]:
    """The cases of a folder of the corpus."""
    return [Case(path) for path in sorted((CORPUS / folder).glob("*.py"))]


def prepare(setting: str, monkeypatch: pytest.MonkeyPatch) -> MakeLoop:
    """What makes the loop for one of `SETTINGS`."""
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1" if setting == "debug" else "")
    return asyncio.new_event_loop if setting == "real" else VirtualLoop


def findings_of(program: Program, make_loop: MakeLoop) -> list[Finding]:
    """What is found in a program that runs on a new loop, beside a model server."""
    with asyncio.Runner(loop_factory=make_loop) as runner:
        fleet = ModelFleet()
        server = runner.run(fleet.start("model"))
        # That a call is not made says no more than the finding.
        with watching(runner.get_loop()) as watch, contextlib.suppress(BlockingCallError):
            runner.run(program(server.url))
        runner.run(fleet.stop())
    return watch.findings
