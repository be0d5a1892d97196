"""Making the environment: what `make` says on a machine that is not as it should be."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

# Runs a script under this Python, but lets it believe that it is another one.
PRETENDER = """\
import runpy, sys
sys.version_info = {version}
sys.executable = {executable!r}
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
Make = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path, repository: Path) -> Path:
    """A folder with the Makefile, the script, and a project that installs nothing."""
    folder = tmp_path / "project"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(repository / "Makefile", folder)
    shutil.copy(repository / "scripts" / "bootstrap.py", folder / "scripts")
    (folder / "constraints.txt").touch()
    (folder / "pyproject.toml").touch()
    return folder


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder of programs that are found before the machine's own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


@pytest.fixture
def make(project: Path, programs: Path) -> Make:
    """Runs ``make setup`` in the project, as little of this machine about it as possible."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", "--no-print-directory", "setup", *arguments],
            cwd=project,
            env={"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(project), **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def _program(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text("#!/bin/sh\n" + textwrap.dedent(script))
    path.chmod(0o755)
    return path


def _python(folder: Path, *, version: tuple[int, int] = (3, 11), venv: str = "exit 0") -> Path:
    """A ``python3`` that takes itself for `version`, and whose ``-m venv`` does `venv`."""
    path = folder / "python3"
    pretender = folder / "pretender.py"
    pretender.write_text(PRETENDER.format(version=(*version, 2, "final", 0), executable=str(path)))
    return _program(
        folder,
        "python3",
        f"""
        case "$*" in
            "-m venv"*) {venv} ;;
            *) exec {sys.executable} {pretender} "$@" ;;
        esac
        """,
    )


def test_a_python_that_is_too_old_is_told_so(make: Make, programs: Path) -> None:
    _python(programs, version=(3, 9))
    for newer in ("python3.11", "python3.12", "python3.13", "python3.14"):
        _program(programs, newer, "exit 1")

    done = make()

    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == (
        "make: Python 3.11 or newer is needed, and this is 3.9. "
        "Install one, or name it: make PYTHON=/path/to/python3.12"
    )


def test_a_newer_python_takes_over_if_there_is_one(make: Make, programs: Path) -> None:
    _python(programs, version=(3, 9))
    _program(programs, "python3.13", 'test "$1" = -c || echo "taken over: $*"')

    done = make()

    assert "taken over: scripts/bootstrap.py .venv" in done.stdout


def test_no_python_at_all_is_one_line(make: Make) -> None:
    done = make("PYTHON=python-nowhere")

    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == (
        "make: there is no python-nowhere; install Python 3.11 or newer, "
        "or name one: make PYTHON=..."
    )


def test_a_missing_venv_module_is_one_line(make: Make, programs: Path) -> None:
    said = "The virtual environment was not created: ensurepip is not available."
    _python(programs, venv=f'echo "{said}"; exit 1')

    done = make()

    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == (
        "make: this Python has no working venv module. On Debian or Ubuntu: "
        "apt install python3-venv; anywhere: install uv, which needs none."
    )


def test_a_folder_that_cannot_be_written_is_one_line(make: Make, programs: Path) -> None:
    _python(programs)

    done = make("VENV=/proc/venv")

    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == (
        "make: /proc/venv cannot be created (No such file or directory). "
        "Put the project in a folder that you may write to."
    )


def test_no_package_index_is_one_line(make: Make, project: Path) -> None:
    shutil.rmtree(project / ".venv", ignore_errors=True)
    (project / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["a-backend-nobody-has"]\nbuild-backend = "nobody"\n'
    )

    done = make(f"PYTHON={sys.executable}", PIP_NO_INDEX="1", PIP_CONFIG_FILE="/dev/null")

    assert done.returncode != 0
    assert done.stderr.splitlines()[0].startswith(
        "make: no package index could be reached. Connect to the network, or point "
        "PIP_INDEX_URL (uv: UV_DEFAULT_INDEX) at a mirror, and run make again."
    )
    assert "a-backend-nobody-has" in (project / ".venv" / "bootstrap.log").read_text()
    assert not (project / ".venv" / "ready").exists()


def test_another_failure_of_the_installation_is_quoted(make: Make, programs: Path) -> None:
    full = _program(programs, "full", "echo a disk is full; exit 1")
    _python(
        programs,
        venv=f"mkdir -p .venv/bin && cp {full} .venv/bin/python",
    )

    done = make()

    assert done.stderr.splitlines()[0] == (
        "make: the installation failed: a disk is full (all of it: .venv/bootstrap.log)"
    )


def test_uv_is_used_where_there_is_one(make: Make, programs: Path, project: Path) -> None:
    _python(programs)
    _program(programs, "uv", 'echo "$*" >> uv.log; mkdir -p .venv')

    done = make()

    assert done.returncode == 0
    assert "Setting up .venv with uv" in done.stdout
    made, installed = (project / "uv.log").read_text().splitlines()
    assert made.startswith("venv --quiet --clear --python ")
    assert installed == (
        "pip install --python .venv/bin/python -c constraints.txt -e .[course,dev]"
    )
    assert (project / ".venv" / "ready").exists()


def test_the_clients_are_added_only_when_they_are_asked_for(
    make: Make, programs: Path, project: Path
) -> None:
    _python(programs)
    _program(programs, "uv", 'echo "$*" >> uv.log; mkdir -p .venv')

    done = make("clients")

    assert "Adding clients to .venv with uv" in done.stdout
    assert (project / "uv.log").read_text().splitlines()[-1].endswith("-e .[course,dev,clients]")
    assert (project / ".venv" / "clients").exists()


@pytest.mark.parametrize("changed", ["pyproject.toml", "constraints.txt"])
def test_only_a_change_makes_the_environment_anew(
    make: Make, programs: Path, project: Path, changed: str
) -> None:
    _python(programs)
    _program(programs, "uv", "mkdir -p .venv; echo called >> uv.log")
    make()

    untouched = make("PYTHON=python-nowhere")
    later = (project / ".venv" / "ready").stat().st_mtime + 10
    os.utime(project / changed, (later, later))
    touched = make()

    assert untouched.returncode == 0
    assert untouched.stderr == ""
    assert "Setting up" in touched.stdout


def test_help_lists_every_target_with_one_line(project: Path, repository: Path) -> None:
    makefile = (repository / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None

    done = subprocess.run(
        ["make", "help"],
        cwd=repository,
        # What a make that runs these tests hands down would have this one say more.
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )

    lines = done.stdout.splitlines()
    assert {line.split()[1] for line in lines} == set(phony[1].split())
    assert all(line.startswith("  make ") and len(line) <= 100 for line in lines)
