"""Why a file cannot be read, as a person would put it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_mlinfra.katas.paths import why_unreadable


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


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
