"""Files for the tools to look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from answer_file import Write

PROJECT = """\
[tool.black]
line-length = 100

[tool.isort]
profile = "black"

[tool.ruff.lint]
select = ["F"]

[tool.mypy]
strict = true
"""


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    """The course's `pyproject.toml`."""
    path = tmp_path / "pyproject.toml"
    path.write_text(PROJECT)
    return path


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the text of the learner's file."""

    def write(text: str) -> Path:
        path = tmp_path / "echo.py"
        path.write_text(text)
        return path

    return write
