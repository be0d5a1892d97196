"""Running the command as a person does, in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from pytest_mlinfra.cli import main


@dataclass(frozen=True)
class Said:
    """What the command printed, and its exit code."""

    code: int
    out: str
    err: str


Mlinfra = Callable[..., Said]


def command(capsys: pytest.CaptureFixture[str]) -> Mlinfra:
    """The command `mlinfra`, whose output `capsys` captures."""

    def run(*arguments: str) -> Said:
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        printed = capsys.readouterr()
        code = caught.value.code
        return Said(code if isinstance(code, int) else 0, printed.out, printed.err)

    return run
