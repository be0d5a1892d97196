"""Paths, and the trouble with them, as a person would put it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_mlinfra.katas.paths import shown, why_unreadable


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


def _why(path: Path) -> str:
    try:
        path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return why_unreadable(error)
    return ""


def test_says_why_a_file_cannot_be_read(here: Path) -> None:
    (here / "latin").write_bytes(b"one\ntwo\n\xff\n")
    (here / "loop").symlink_to("loop")

    assert _why(here / "gone") == "is not there"
    assert _why(here) == "is a folder, not a file"
    assert _why(here / "latin") == "is not UTF-8: see line 3"
    assert _why(here / "loop") == "cannot be read: Too many levels of symbolic links"
