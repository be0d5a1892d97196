"""Running a tool of this environment, and what a gate is."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from pytest_mlinfra.errors import MissingToolError, MlinfraError
from pytest_mlinfra.gates.finding import Finding
from pytest_mlinfra.runs.backend import shared_backend


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
    command = (module, *map(str, arguments))
    ending = shared_backend().run_module(command, folder or Path.cwd(), environment)
    if ending.exit_code is None or ending.exit_code not in accept:
        said = (ending.errors or ending.output).strip()
        how = ", ".join(map(str, ending.hits)) or f"ended with exit code {ending.exit_code}"
        raise ToolError(f"{module} {how}: {said}")
    return Output(ending.exit_code, ending.output, ending.errors)
