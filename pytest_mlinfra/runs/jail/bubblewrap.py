"""The outer wall: bubblewrap, with a private view of the machine in which little is to be seen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Sequence
from functools import cache
from itertools import chain
from pathlib import Path

import pytest_mlinfra

# Layers, as they are named in reports.
NETWORK = "network"
FILES = "files"

# What programs of the machine need to start at all.
_SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
_SCRATCH = "/tmp"  # noqa: S108 - inside, where it is nobody else's
_SCRATCH_BYTES = 64 * 1024 * 1024
# Semaphores of multiprocessing lie in shared memory.
_SHARED = "/dev/shm"  # noqa: S108 - likewise
_SHARED_BYTES = 16 * 1024 * 1024
_NAMESPACES = ("--unshare-user-try", "--unshare-pid", "--unshare-ipc")


def jailed(command: Sequence[str], without: Collection[str] = ()) -> list[str]:
    """`command`, to be run behind the wall.

    Args:
        command: the command.
        without: names of layers to leave away.

    Inside there is a network of its own, in which only its loopback exists; the
    machine's programs, this Python with its packages and this package, all to be read
    only; and an empty scratch folder of 64 MiB that goes with the last process.
    """
    options = [
        *_NAMESPACES,
        *(() if NETWORK in without else ("--unshare-net",)),
        "--unshare-uts",
        "--unshare-cgroup-try",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        *chain(*(("--setenv", *each) for each in environment(_SCRATCH).items())),
        *("--proc", "/proc"),
        *("--dev", "/dev"),
        *("--size", str(_SHARED_BYTES), "--tmpfs", _SHARED),
    ]
    if FILES in without:
        options[len(_NAMESPACES) : len(_NAMESPACES)] = ["--bind", "/", "/"]
        return [_program() or "bwrap", *options, "--chdir", "/", "--", *command]
    options += ["--size", str(_SCRATCH_BYTES), "--tmpfs", _SCRATCH]
    for path in _visible():
        options += ["--ro-bind-try", path, path]
    # What is left of the root is a file system in memory, without a bound.
    options += ["--remount-ro", "/dev", "--remount-ro", "/"]
    return [_program() or "bwrap", *options, "--chdir", _SCRATCH, "--", *command]


def plain(path: str | Path) -> str:
    """`path` without a ``..``; links are kept, by which a virtual environment is known."""
    return os.path.abspath(path)  # noqa: PTH100 - Path.resolve follows links


def environment(home: str) -> dict[str, str]:
    """All that graded code is told of the machine.

    Args:
        home: its home folder.
    """
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": home,
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        # Reading the usual certificates takes 40 ms for each httpx.AsyncClient.
        "SSL_CERT_DIR": os.devnull,
        "NO_PROXY": "*",
    }


def _visible() -> list[str]:
    package = Path(pytest_mlinfra.__file__).parent
    places = (sys.prefix, sys.base_prefix, sys.exec_prefix, package)
    python = {plain(place) for place in places}
    return [*_SYSTEM, *sorted(python)]


def _program() -> str | None:
    return shutil.which("bwrap")


@cache
def why_not() -> str:
    """Why there can be no wall on this machine; empty if there can."""
    if not sys.platform.startswith("linux"):
        return "bubblewrap exists for Linux only"
    if _program() is None:
        return "bubblewrap (the program bwrap) is not installed"
    tried = subprocess.run(
        jailed([plain(sys.executable), "-I", "-c", ""]), capture_output=True, text=True, check=False
    )
    if tried.returncode == 0:
        return ""
    return f"bubblewrap does not work here: {tried.stderr.strip() or tried.returncode}"
