"""A folder is removed whatever somebody has put into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_mlinfra.runs.forkserver.scratch import remove


def test_removes_what_its_owner_may_not_write(tmp_path: Path) -> None:
    folder = tmp_path / "mlinfra-scratch"
    locked = folder / "a" / "b"
    locked.mkdir(parents=True)
    (locked / "file").write_text("")
    locked.chmod(0o000)
    locked.parent.chmod(0o500)

    remove(folder)

    assert not folder.exists()


def test_follows_no_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    (elsewhere / "kept").write_text("")
    folder = tmp_path / "mlinfra-scratch"
    folder.mkdir()
    (folder / "link").symlink_to(elsewhere)

    remove(folder)

    assert not folder.exists()
    assert (elsewhere / "kept").exists()
    assert elsewhere.stat().st_mode & 0o777 == 0o755


def test_does_not_mind_that_there_is_nothing(tmp_path: Path) -> None:
    remove(tmp_path / "mlinfra-gone")


@pytest.mark.parametrize("folder", [".", "mlinfra-relative", "/somebody/else"])
def test_refuses_what_is_no_folder_of_a_run(folder: str) -> None:
    with pytest.raises(ValueError, match="is no folder of a run"):
        remove(Path(folder))
