"""Blocking sockets under TLS, made to let workers wait for them as for any other.

What arrives need not be what was waited for: it may be a part of a record, or of TLS's own.
So each call is tried without blocking, and says by itself what it has to wait for.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from typing import Any

from pytest_mlinfra.clock.patched_sockets import wait, waiting_worker

_Method = Callable[..., Any]

_NAMES = ("do_handshake", "read", "send", "write")
_originals: dict[str, _Method] = {name: getattr(ssl.SSLSocket, name) for name in _NAMES}
# While it is held, a socket does not block, and the limit of its time is not to be read.
_trying = threading.Lock()


def install() -> None:
    """Put the replacements in place."""
    for name in _NAMES:
        setattr(ssl.SSLSocket, name, _waiting(_originals[name]))


def uninstall() -> None:
    """Put the originals back."""
    for name in _NAMES:
        setattr(ssl.SSLSocket, name, _originals[name])


def _waiting(original: _Method) -> _Method:
    def call(self: ssl.SSLSocket, *args: Any, **options: Any) -> Any:
        with _trying:
            worker, seconds = waiting_worker(self), self.gettimeout()
        if worker is None:
            return original(self, *args, **options)
        while True:
            try:
                with _trying:
                    self.settimeout(0)
                    try:
                        return original(self, *args, **options)
                    finally:
                        self.settimeout(seconds)
            except ssl.SSLWantReadError:
                wait(worker, self, writable=False)
            except ssl.SSLWantWriteError:
                wait(worker, self, writable=True)

    call.__name__ = original.__name__
    return call
