"""Why a port could not be opened, and who can reach an address."""

from __future__ import annotations

import errno
import ipaddress
import os

_PRIVILEGED = 1024


def is_loopback(host: str) -> bool:
    """Whether only programs of this machine reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def explain_refusal(error: OSError, host: str, port: int, whose: str) -> str:
    """What the system meant by `error`, and what would help.

    Args:
        error: what opening the port raised.
        host: the address.
        port: the port.
        whose: who was to have it.
    """
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"port {port} of {whose} is taken by another program; "
                "choose another, or 0 for a free one"
            )
        case errno.EACCES | errno.EPERM:
            low = f"; ports below {_PRIVILEGED} need it" if port < _PRIVILEGED else ""
            return f"port {port} of {whose} may not be opened without permission{low}"
        case errno.EADDRNOTAVAIL:
            return f"{host!r} is not an address of this machine"
        case None:
            return f"{host!r} is not an address: {error}"
        case code:
            reason = os.strerror(code) if code > 0 else (error.strerror or str(error))
            return f"port {port} of {whose} at {host!r} cannot be opened: {reason}"
