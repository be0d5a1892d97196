"""One kata, graded by pytest in a fresh process."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.runs.events import read_events
from pytest_mlinfra.runs.process import run_process
from pytest_mlinfra.runs.result import RunResult, result_of

# Plugins are named and not searched for: whatever else happens to be installed
# would cost time and could change a verdict. Module by the name that `-p` takes.
_PLUGINS = {
    "pytest_asyncio": "asyncio",
    "pytest_mlinfra": "mlinfra",
    "pytest_mock": "pytest_mock",
    "_hypothesis_pytestplugin": "hypothesispytest",
}


@dataclass(frozen=True)
class Request:
    """What is to be graded.

    Attributes:
        kata: the kata.
        submission: whose files.
        options: further options of pytest.
    """

    kata: Kata
    submission: Submission
    options: tuple[str, ...] = ()


def run_fresh(request: Request) -> RunResult:
    """Grade `request` in a new Python process, within the kata's limits."""
    kata = request.kata
    with tempfile.TemporaryDirectory(prefix="mlinfra-") as scratch:
        log = Path(scratch) / "events.jsonl"
        ending = run_process(
            [*pytest_command(request), f"--mlinfra-events={log}"],
            seconds=kata.manifest.limits.kata,
            folder=Path.cwd(),
            environment=grading_environment(scratch),
        )
        return result_of(
            read_events(log),
            output=ending.output,
            seconds=ending.seconds,
            timed_out=ending.timed_out,
        )


def pytest_command(request: Request) -> list[str]:
    """The command line that grades `request`."""
    kata = request.kata
    command = [sys.executable, "-m", "pytest", str(kata.folder)]
    # A learner may have to write a pyproject.toml. It must not configure the grading.
    command += [f"--config-file={os.devnull}", f"--rootdir={kata.exercises}"]
    for module, name in _PLUGINS.items():
        if importlib.util.find_spec(module) is not None:
            command += ["-p", name]
    command += ["-p", "no:cacheprovider", "--import-mode=importlib", "--quiet", "--tb=short"]
    if request.submission.handed_in:
        command.append(f"--mlinfra-submission={request.submission.root.resolve()}")
    return [*command, *request.options]


def grading_environment(scratch: str) -> dict[str, str]:
    """This process's environment without what would change how pytest runs.

    Args:
        scratch: a folder for temporary files, which go with it.
    """
    environment = dict(os.environ)
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONDONTWRITEBYTECODE"):
        environment.pop(name, None)
    return environment | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TMPDIR": scratch}
