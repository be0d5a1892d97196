"""Where running fleets can be found: a small file for each, in a folder of the user's own."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

import msgspec

from pytest_mlinfra.errors import FleetError

# A Unix socket's path has to fit into 104 bytes on some systems, with a zero at the end.
_LONGEST_PATH = 100


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach the admin API of a running fleet.

    Attributes:
        name: what the fleet is called.
        pid: its process.
        config: the path of its file.
        socket: the Unix socket; None if it listens at a port.
        port: the port of 127.0.0.1; None if it listens at a socket.
        token: what a request to the port has to bear; empty for a socket.
        authority: a file with the certificate that those of its models are signed by,
            in PEM; None if none speaks TLS.
    """

    name: str
    pid: int
    config: str
    socket: str | None = None
    port: int | None = None
    token: str = ""
    authority: str | None = None


def runtime_folder() -> Path:
    """The folder for the files of running fleets, which only this user can enter.

    Raises:
        FleetError: somebody else could write to it.
    """
    given = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(given) / "mlinfra" if given else _temporary_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
    except OSError as error:
        raise FleetError(f"the folder {folder} cannot be used: {error.strerror}") from error
    foreign = hasattr(os, "getuid") and status.st_uid != os.getuid()
    open_to_others = os.name == "posix" and status.st_mode & 0o077
    if not stat.S_ISDIR(status.st_mode) or foreign or open_to_others:
        raise FleetError(
            f"{folder} has to be a folder that only you can enter; remove it and try again"
        )
    return folder


def socket_path(name: str) -> Path | None:
    """Where the socket of a fleet of that name belongs; None where there can be none."""
    path = runtime_folder() / f"{name}.sock"
    fits = len(os.fsencode(path)) <= _LONGEST_PATH
    return path if fits and os.name == "posix" else None


def publish(address: Address) -> None:
    """Let other programs of this user find a running fleet."""
    path = _file_of(address.name)
    # Written aside and moved, so that nobody reads half of it; for this user's eyes only.
    aside = path.with_suffix(f".{address.pid}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(address))
    aside.replace(path)


def withdraw(address: Address) -> None:
    """Remove what `publish` has written, and the files that it names."""
    _file_of(address.name).unlink(missing_ok=True)
    for path in (address.socket, address.authority):
        if path:
            Path(path).unlink(missing_ok=True)


def running_fleets() -> list[Address]:
    """The fleets of this user that run, by name; what those left behind that were killed goes."""
    found = []
    for path in sorted(runtime_folder().glob("*.json")):
        try:
            address = msgspec.json.decode(path.read_bytes(), type=Address)
        except (OSError, msgspec.MsgspecError):
            continue
        if _is_alive(address.pid):
            found.append(address)
        else:
            withdraw(address)
    return found


def running_fleet(name: str | None) -> Address:
    """The running fleet of that name, or the only one.

    Raises:
        FleetError: there is none, or more than one.
    """
    fleets = running_fleets()
    if name is not None:
        fleets = [address for address in fleets if address.name == name]
    match fleets:
        case [address]:
            return address
        case []:
            which = "no fleet" if name is None else f"no fleet named {name!r}"
            raise FleetError(f"{which} is running; start one with: mlinfra serve fleet.toml")
        case _:
            names = ", ".join(address.name for address in fleets)
            raise FleetError(f"several fleets are running: {names}; choose one with --fleet NAME")


def _file_of(name: str) -> Path:
    return runtime_folder() / f"{name}.json"


def _temporary_folder() -> Path:
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    return Path(tempfile.gettempdir()) / f"mlinfra-{user}"


def _is_alive(pid: int) -> bool:
    if os.name != "posix":
        return True
    with contextlib.suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True
