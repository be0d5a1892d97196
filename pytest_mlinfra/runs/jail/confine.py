"""What a process does to itself before it runs code that nobody trusts."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Collection
from pathlib import Path

from pytest_mlinfra.katas.model import Limits
from pytest_mlinfra.runs.limits import MIB

# Layers, as they are named in reports.
PROCESSES = "processes"
IDENTITY = "identity"
PRIVILEGES = "privileges"
LIMITS = "limits"

_CLONE_NEWNS = 0x0002_0000
_CLONE_NEWIPC = 0x0800_0000
_CLONE_NEWUSER = 0x1000_0000
_CLONE_NEWPID = 0x2000_0000
_CLONE_NEWNET = 0x4000_0000
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 1
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
# The kernel's own "nobody".
_NOBODY = 65534

# Address space that libraries reserve and do not use.
_RESERVED = 1024 * MIB


def confine(limits: Limits, without: Collection[str] = ()) -> list[str]:
    """Confine the calling process as far as the machine lets it.

    It forks on the way: what returns is a child in a tree of processes of its own, of
    which nothing is left when the child ends; the caller waits for that and ends.

    Args:
        limits: what the process may use.
        without: names of layers to leave away.

    Returns:
        The names of the layers that are in place.
    """
    layers = []
    if not sys.platform.startswith("linux"):
        return layers
    libc = ctypes.CDLL(None, use_errno=True)
    end_with_parent()
    if PROCESSES not in without and _enter_own_processes(libc):
        layers += [PROCESSES, IDENTITY]
    if LIMITS not in without:
        _limit(limits)
        layers.append(LIMITS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if PRIVILEGES not in without and libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        layers.append(PRIVILEGES)
    return layers


def _limit(limits: Limits) -> None:
    for name, value in (
        (resource.RLIMIT_CPU, int(limits.cpu)),
        (resource.RLIMIT_AS, limits.memory * MIB + _RESERVED),
        (resource.RLIMIT_FSIZE, limits.file * MIB),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_NPROC, limits.processes + limits.threads),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(name, (value, value))


def end_with_parent() -> None:
    """Have this process killed when the one that forked it ends."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def enter_own_network() -> bool:
    """Enter a network in which there is nothing but its own loopback; whether that worked."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not _unshare(libc, _CLONE_NEWNET, os.getuid(), os.getgid()):
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))
    return True


def _unshare(libc: ctypes.CDLL, what: int, user: int, group: int) -> bool:
    """Enter new namespaces, in which this process has another identity; whether that worked."""
    before = os.getuid(), os.getgid()
    if libc.unshare(_CLONE_NEWUSER | what) != 0:
        return False
    for name, content in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {before[0]} 1"),
        ("gid_map", f"{group} {before[1]} 1"),
    ):
        Path("/proc/self", name).write_text(content, encoding="ascii")
    return True


def _enter_own_processes(libc: ctypes.CDLL) -> bool:
    """Become the first process of a new tree, with an identity that means nothing outside."""
    if not _unshare(libc, _CLONE_NEWPID | _CLONE_NEWNS | _CLONE_NEWIPC, _NOBODY, _NOBODY):
        return False
    child = os.fork()
    if child:
        # Whoever reads at the other ends has to notice when the child has gone.
        os.closerange(0, os.sysconf("SC_OPEN_MAX"))
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    end_with_parent()
    # What the tree outside is up to is none of its business: its own /proc, or none.
    if libc.mount(b"proc", b"/proc", b"proc", 0, None) != 0:
        libc.mount(b"none", b"/proc", b"tmpfs", 0, None)
    return True
