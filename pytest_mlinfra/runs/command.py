"""The command lines that grade, and the environment that they get."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import msgspec

from pytest_mlinfra.runs.job import Job, Task

# Plugins are named and not searched for: whatever else happens to be installed would
# cost time and could change a verdict. They are named by module: what is given as `-p`
# is looked for among everything that is installed, which takes 4 ms per plugin.
_PLUGINS = tuple(
    name
    for name in (
        "pytest_asyncio.plugin",
        "pytest_mlinfra.plugin",
        "pytest_mock",
        "_hypothesis_pytestplugin",
    )
    if importlib.util.find_spec(name.partition(".")[0]) is not None
)
# What a session of pytest finds its plugins by; nothing that it starts should.
PYTEST_VARIABLES = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_PLUGINS": ",".join(_PLUGINS),
}
_PYTEST_OPTIONS = (
    "-pno:cacheprovider",
    # A run reports its crashes and its stacks itself.
    "-pno:faulthandler",
    "--import-mode=importlib",
    # The output is taken, and cut off, where the process is watched.
    "--capture=no",
    "--quiet",
    "--tb=short",
)
_TASK_FILE = "task.json"
# Chooses the way of running where no option does.
WAY = "MLINFRA_RUNS"
# Tells a run that grades which fork servers it may ask for runs of its own.
SERVERS = "MLINFRA_SERVERS"
# Variables that change how Python or pytest runs, or tell of the runs of others.
# By the last two, pytest writes comparisons out in full: a message has to be the same anywhere.
_UNWANTED = (SERVERS, "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "CI", "BUILD_NUMBER")
_UNWANTED_PREFIX = "PYTEST_"


def pytest_command(exercises: Path, *folders: Path) -> tuple[str, ...]:
    """The module and the arguments that let pytest look at katas as a run does.

    Args:
        exercises: the folder of the course. Nothing outside of it configures the run, and
            in it only a `conftest.py`: a learner may have to write a `pyproject.toml`.
        folders: the folders of the katas; none for the whole course.
    """
    return (
        "pytest",
        *map(str, folders or (exercises,)),
        f"--config-file={os.devnull}",
        f"--rootdir={exercises}",
        f"--confcutdir={exercises}",
        *_PYTEST_OPTIONS,
    )


def python_command(job: Job, scratch: str, events: str) -> list[str]:
    """The command line of a Python that runs `job`.

    Args:
        job: the job.
        scratch: a folder that takes the file with the task.
        events: the path of the file that takes the events.
    """
    command = [sys.executable, "-P", "-m", *job.command]
    if job.task is not None:
        file = Path(scratch) / _TASK_FILE
        file.write_bytes(msgspec.json.encode(job.task))
        command += [f"--mlinfra-task={file}", f"--mlinfra-events={events}"]
    return command


def read_task(file: Path) -> Task:
    """The task that `python_command` wrote to `file`."""
    return msgspec.json.decode(file.read_bytes(), type=Task)


def clean_environment() -> dict[str, str]:
    """This process's environment without what would change how a run goes.

    Sets of strings get the same order in every run, so that a verdict does not depend
    on whether runs share a process's hash seed.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in _UNWANTED and not name.startswith(_UNWANTED_PREFIX)
    }
    return environment | {"PYTHONHASHSEED": "0"}
