"""Running a tool of this environment, and what a gate is."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from pytest_mlinfra.errors import MissingToolError, MlinfraError
from pytest_mlinfra.gates.finding import Finding


class ToolError(MlinfraError):
    """A tool refused to work: its configuration is wrong, or it crashed."""


class Gate(Protocol):
    """A quality gate: a tool that looks at files."""

    @property
    def name(self) -> str:
        """The name by which a kata asks for it, for instance ``ruff``."""
        ...

    def check(
        self, files: Sequence[Path], configuration: Path, search: Sequence[Path] = ()
    ) -> list[Finding]:
        """What the tool complains about; an empty list if the files pass.

        Args:
            files: the files to look at.
            configuration: the ``pyproject.toml`` that the tool has to follow.
            search: folders in which modules that the files import are found.

        Raises:
            MissingToolError: the tool is not installed.
            ToolError: the tool did not do its work; the text is its own.
        """
        ...


@dataclass(frozen=True)
class Output:
    """What a tool printed, and its exit code."""

    exit_code: int
    stdout: str
    stderr: str


def run_tool(
    module: str,
    *arguments: str | Path,
    accept: Sequence[int] = (0, 1),
    environment: Mapping[str, str] = MappingProxyType({}),
    folder: Path | None = None,
) -> Output:
    """Run ``python -m module`` in this environment.

    Args:
        module: the tool's module, which is also its name.
        *arguments: its arguments.
        accept: exit codes that mean that it did its work.
        environment: variables to set besides those of this process.
        folder: the working directory; None for this process's.

    Raises:
        MissingToolError: there is no such module.
        ToolError: it ended with another exit code.
    """
    if importlib.util.find_spec(module) is None:
        raise MissingToolError(f"{module} is not installed")
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
        cwd=folder,
    )
    if done.returncode not in accept:
        said = (done.stderr or done.stdout).strip()
        raise ToolError(f"{module} ended with exit code {done.returncode}: {said}")
    return Output(done.returncode, done.stdout, done.stderr)
