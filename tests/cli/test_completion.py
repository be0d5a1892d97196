"""Shells complete subcommands and katas."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from command import Mlinfra
from course_builder import CourseBuilder

BASH = Path("/bin/bash")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_prints_the_script_of_a_shell(mlinfra: Mlinfra, shell: str) -> None:
    said = mlinfra("completion", shell)

    assert said.code == 0
    assert f"_MLINFRA_COMPLETE={shell}_complete" in said.out


def _complete(*words: str, kind: str = "plain") -> list[str]:
    """What of a kind bash would be offered for the last of `words`."""
    environment = os.environ | {
        "_MLINFRA_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    # The script calls the program by its name, so it has to be called by that here.
    program = Path(sys.executable).with_name("mlinfra")
    done = subprocess.run([program], capture_output=True, text=True, env=environment, check=True)
    offers = [line.partition(",") for line in done.stdout.splitlines() if line]
    return [value for offered, _, value in offers if offered == kind]


def test_completes_subcommands(builder: CourseBuilder) -> None:
    assert _complete("mlinfra", "l") == ["lint", "list"]


def test_completes_katas_by_any_part_of_their_name(builder: CourseBuilder) -> None:
    builder.kata("async/010_echo")
    builder.kata("async/020_shout")

    assert _complete("mlinfra", "check", "ech") == ["010_echo"]
    assert _complete("mlinfra", "hint", "0") == ["010_echo", "020_shout"]


def test_what_is_no_kata_may_be_a_path(builder: CourseBuilder) -> None:
    builder.kata()

    assert _complete("mlinfra", "check", "exercises/a", kind="file") == ["exercises/a"]


def test_completes_nothing_outside_of_a_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert _complete("mlinfra", "check", "0") == []
