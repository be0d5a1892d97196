"""Paths as a person is shown them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_mlinfra.places import fitted, shown


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_what_lies_below_is_shown_from_here(here: Path) -> None:
    assert shown(here / "exercises" / "echo.py") == "exercises/echo.py"
    assert shown(here / "solutions" / ".." / "echo.py") == "echo.py"


def test_what_lies_elsewhere_is_shown_from_the_root(here: Path) -> None:
    assert shown(Path("../echo.py")) == str(here.parent / "echo.py")


def test_a_link_is_shown_where_it_was_put(here: Path) -> None:
    (here / "echo.py").symlink_to(here.parent / "elsewhere.py")

    assert shown(here / "echo.py") == "echo.py"


def test_a_link_to_itself_can_be_shown(here: Path) -> None:
    (here / "echo.py").symlink_to("echo.py")

    assert shown(here / "echo.py") == "echo.py"


@pytest.mark.parametrize(("columns", "line"), [(5, "route"), (9, "route"), (4, "rou…")])
def test_a_line_that_is_too_long_is_cut_off(columns: int, line: str) -> None:
    assert fitted("route", columns) == line
