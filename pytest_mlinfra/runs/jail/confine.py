"""What a process does to itself before it runs code that nobody trusts."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

# Layers, as they are named in reports.
PROCESSES = "processes"
IDENTITY = "identity"
PRIVILEGES = "privileges"
LIMITS = "limits"

_CLONE_NEWNS = 0x0002_0000
_CLONE_NEWIPC = 0x0800_0000
_CLONE_NEWUSER = 0x1000_0000
_CLONE_NEWPID = 0x2000_0000
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
# The kernel's own "nobody".
_NOBODY = 65534

_LIMITS = {
    "cpu_seconds": resource.RLIMIT_CPU,
    "memory_bytes": resource.RLIMIT_AS,
    "file_bytes": resource.RLIMIT_FSIZE,
    "open_files": resource.RLIMIT_NOFILE,
    "processes": resource.RLIMIT_NPROC,
}


def confine(limits: dict[str, int]) -> list[str]:
    """Confine the calling process as far as the machine lets it.

    It forks on the way: what returns is a child in a tree of processes of its own, of
    which nothing is left when the child ends; the caller waits for that and ends.

    Args:
        limits: resource limits by the names `cpu_seconds`, `memory_bytes`,
            `file_bytes`, `open_files`, `processes`.

    Returns:
        The names of the layers that are in place.
    """
    layers = []
    if not sys.platform.startswith("linux"):
        return layers
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if _enter_own_processes(libc):
        layers += [PROCESSES, IDENTITY]
    for name, value in limits.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(_LIMITS[name], (value, value))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    layers.append(LIMITS)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        layers.append(PRIVILEGES)
    return layers


def _enter_own_processes(libc: ctypes.CDLL) -> bool:
    """Become the first process of a new tree, with an identity that means nothing outside."""
    user, group = os.getuid(), os.getgid()
    flags = _CLONE_NEWUSER | _CLONE_NEWPID | _CLONE_NEWNS | _CLONE_NEWIPC
    if libc.unshare(flags) != 0:
        return False
    for name, content in (
        ("setgroups", "deny"),
        ("uid_map", f"{_NOBODY} {user} 1"),
        ("gid_map", f"{_NOBODY} {group} 1"),
    ):
        Path("/proc/self", name).write_text(content, encoding="ascii")
    child = os.fork()
    if child:
        # Whoever reads at the other ends has to notice when the child has gone.
        os.closerange(0, os.sysconf("SC_OPEN_MAX"))
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # What the tree outside is up to is none of its business: its own /proc, or none.
    if libc.mount(b"proc", b"/proc", b"proc", 0, None) != 0:
        libc.mount(b"none", b"/proc", b"tmpfs", 0, None)
    return True
