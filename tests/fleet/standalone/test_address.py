"""Finding running fleets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.standalone.address import (
    Address,
    publish,
    running_fleet,
    running_fleets,
    runtime_folder,
    socket_path,
    withdraw,
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this user's running fleets are."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path / "mlinfra"


def _address(name: str, pid: int | None = None) -> Address:
    return Address(name=name, pid=pid or os.getpid(), config=f"{name}.toml", port=8999, token="t")


def _pid_of_the_dead() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_what_was_published_is_found_until_it_is_withdrawn(folder: Path) -> None:
    publish(_address("a"))
    publish(_address("b"))

    assert running_fleets() == [_address("a"), _address("b")]
    assert running_fleet("b") == _address("b")
    withdraw(_address("a"))
    assert running_fleet(None) == _address("b")
    withdraw(_address("b"))
    assert list(folder.iterdir()) == []


def test_only_this_user_may_read_it(folder: Path) -> None:
    publish(_address("a"))

    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_what_a_killed_fleet_left_behind_is_cleared_away(folder: Path) -> None:
    publish(_address("a", _pid_of_the_dead()))

    assert running_fleets() == []
    assert list(folder.iterdir()) == []


def test_a_file_that_is_no_address_is_none(folder: Path) -> None:
    runtime_folder()
    (folder / "a.json").write_text("{}")

    assert running_fleets() == []


def test_says_that_none_is_running() -> None:
    with pytest.raises(FleetError, match="no fleet is running; start one with: mlinfra serve"):
        running_fleet(None)
    with pytest.raises(FleetError, match="no fleet named 'a' is running"):
        running_fleet("a")


def test_asks_which_one_is_meant() -> None:
    publish(_address("a"))
    publish(_address("b"))

    with pytest.raises(FleetError, match="several fleets are running: a, b; choose one with"):
        running_fleet(None)


def test_a_folder_that_others_can_enter_is_not_used(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)

    with pytest.raises(FleetError, match="has to be a folder that only you can enter"):
        runtime_folder()


def test_a_folder_that_is_a_link_is_not_used(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FleetError, match="has to be a folder that only you can enter"):
        runtime_folder()


def test_without_a_folder_of_the_session_there_is_one_for_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    assert runtime_folder() == tmp_path / f"mlinfra-{os.getuid()}"


def test_a_folder_that_cannot_be_made_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "file"))

    with pytest.raises(FleetError, match="cannot be used: Not a directory"):
        runtime_folder()


def test_a_path_that_is_too_long_for_a_socket_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert socket_path("fleet") is None or len(str(socket_path("fleet"))) <= 100
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / ("long" * 30)))
    assert socket_path("fleet") is None
