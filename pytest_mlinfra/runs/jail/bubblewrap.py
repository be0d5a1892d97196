"""The outer wall: bubblewrap, with a private view of the machine in which little is to be seen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
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
_SHARED_BYTES = 16 * 1024 * 1024
_NAMESPACES = ("--unshare-user-try", "--unshare-pid", "--unshare-net", "--unshare-ipc")


def jailed(command: Sequence[str]) -> list[str]:
    """`command`, to be run behind the wall.

    Inside there is a network of its own, in which only its loopback exists; the
    machine's programs, this Python with its packages and this package, all to be read
    only; and an empty scratch folder of 64 MiB that goes with the last process.
    """
    options = [
        *_NAMESPACES,
        "--unshare-uts",
        "--unshare-cgroup-try",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        *("--setenv", "PATH", "/usr/bin:/bin"),
        *("--setenv", "HOME", _SCRATCH),
        *("--setenv", "LANG", os.environ.get("LANG", "C.UTF-8")),
        *("--setenv", "SSL_CERT_DIR", os.devnull),
        *("--setenv", "NO_PROXY", "*"),
        *("--proc", "/proc"),
        *("--dev", "/dev"),
        *("--size", str(_SHARED_BYTES), "--tmpfs", "/dev/shm"),
        *("--size", str(_SCRATCH_BYTES), "--tmpfs", _SCRATCH),
    ]
    for path in _visible():
        options += ["--ro-bind-try", path, path]
    # What is left of the root is a file system in memory, without a bound.
    options += ["--remount-ro", "/dev", "--remount-ro", "/"]
    return [_program() or "bwrap", *options, "--chdir", _SCRATCH, "--", *command]


def _visible() -> list[str]:
    package = Path(pytest_mlinfra.__file__).parent
    python = {sys.prefix, sys.base_prefix, sys.exec_prefix, str(package)}
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
        jailed([sys.executable, "-I", "-c", ""]), capture_output=True, text=True, check=False
    )
    if tried.returncode == 0:
        return ""
    return f"bubblewrap does not work here: {tried.stderr.strip() or tried.returncode}"
