"""Running a tool of this environment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_mlinfra.errors import MissingToolError
from pytest_mlinfra.gates.tool import ToolError, run_tool
from pytest_mlinfra.runs.backend import close_shared_backend


@pytest.fixture(autouse=True)
def _tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A tool that does as its arguments say, found by this process and by its children.

    What runs tools has to begin after it is there, and to end with it.
    """
    (tmp_path / "tool_of_ours.py").write_text(
        "import os, sys\n"
        "print(os.getcwd(), os.environ.get('COLOUR'))\n"
        "print('trouble', file=sys.stderr)\n"
        "sys.exit(int(sys.argv[1]))\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    close_shared_backend()
    yield
    close_shared_backend()


def test_tells_what_it_printed_and_how_it_ended() -> None:
    output = run_tool("tool_of_ours", "1")

    assert (output.exit_code, output.stderr) == (1, "trouble\n")
    assert output.stdout == f"{Path.cwd()} None\n"


def test_runs_in_a_folder_and_with_variables(tmp_path: Path) -> None:
    output = run_tool("tool_of_ours", "0", folder=tmp_path, environment={"COLOUR": "red"})

    assert output.stdout == f"{tmp_path} red\n"


def test_an_exit_code_that_is_not_accepted_is_an_error() -> None:
    with pytest.raises(ToolError, match="tool_of_ours ended with exit code 3: trouble"):
        run_tool("tool_of_ours", "3")

    assert run_tool("tool_of_ours", "3", accept=(3,)).exit_code == 3


def test_a_tool_may_be_missing() -> None:
    with pytest.raises(MissingToolError, match="no_such_tool is not installed"):
        run_tool("no_such_tool")
