"""Locks of threads that the code under test makes, and that a coroutine has to wait for.

A lock is a built-in object that nothing can be hung on, so those made by code that is no
library's are wrapped. Taking a lock that is free is no mistake, nor is a short wait for
a thread that holds it for a moment.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from pytest_mlinfra.clock.blame import is_library
from pytest_mlinfra.clock.blocking.calls import Call
from pytest_mlinfra.clock.blocking.watch import meet, unwatched, watch_of_this_thread
from pytest_mlinfra.clock.replacements import Replacements

# Real seconds that another thread may hold a lock for which a coroutine waits.
PATIENCE = 0.25
_ADVICE = "an asyncio.Lock, taken by async with"


class WatchedLock:
    """A lock that tells when a running event loop has to wait for it."""

    def __init__(self, lock: Any, name: str) -> None:
        self._lock = lock
        self._call = Call(f"threading.{name}.acquire", _ADVICE, is_hopeless=True)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock, as the lock itself does it."""
        __tracebackhide__ = True
        watch = watch_of_this_thread() if blocking else None
        if watch is None:
            return bool(self._lock.acquire(blocking, timeout))
        if self._lock.acquire(blocking=False):
            return True
        patience = PATIENCE if timeout < 0 else min(timeout, PATIENCE)
        if self._lock.acquire(timeout=patience):
            return True
        meet(watch, self._call)
        return bool(unwatched(self._lock.acquire, blocking, timeout))

    def __enter__(self) -> bool:
        __tracebackhide__ = True
        return self.acquire()

    def __exit__(self, *_exception: object) -> None:
        self._lock.release()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lock, name)

    def __repr__(self) -> str:
        return f"<watched {self._lock!r}>"


def watch_locks(replacements: Replacements) -> None:
    """Wrap the locks that are made from now on by code that is no library's."""
    for name in ("Lock", "RLock"):
        replacements.replace(threading, name, _maker(name, getattr(threading, name)))


def _maker(name: str, original: Callable[[], Any]) -> type:
    class Maker(type):
        """What takes the place of the original, which is a class in newer Pythons."""

        def __call__(cls) -> Any:
            caller = sys._getframe(1).f_code.co_filename  # noqa: SLF001 - who makes the lock
            lock = original()
            return lock if is_library(caller) else WatchedLock(lock, name)

        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, WatchedLock | type(original()))

    return Maker(name, (), {"__module__": "threading", "__doc__": original.__doc__})
