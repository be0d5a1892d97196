"""Every function that is watched, and all of them put in place at once."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from pytest_mlinfra.clock import patched_time, patches, real
from pytest_mlinfra.clock.blame import is_library
from pytest_mlinfra.clock.blocking.calls import Call
from pytest_mlinfra.clock.blocking.databases import database_calls, watch_databases
from pytest_mlinfra.clock.blocking.files import file_calls
from pytest_mlinfra.clock.blocking.locks import watch_locks
from pytest_mlinfra.clock.blocking.network import network_calls
from pytest_mlinfra.clock.blocking.patching import Watched, bound
from pytest_mlinfra.clock.blocking.processes import process_calls
from pytest_mlinfra.clock.blocking.threads import note_what_starts, thread_calls
from pytest_mlinfra.clock.blocking.watch import meet, watch_of_this_thread
from pytest_mlinfra.clock.replacements import Replacements

_SLEEP = Call("time.sleep", "await asyncio.sleep(...)")

_replacements = Replacements()
_is_installed = False
# The replacement that shows whether all of them are still in place.
_sentinel: object = None


def watched_functions() -> Iterator[Watched]:
    """Every function that blocks and is replaced, apart from `time.sleep` and locks."""
    yield from network_calls()
    yield from process_calls()
    yield from file_calls()
    yield from database_calls()
    yield from thread_calls()


def install() -> bool:
    """Put every replacement in place; doing so again changes nothing.

    Best before the code under test is imported. What it has taken over by then, as in
    ``from socket import getaddrinfo``, is replaced as well, but only in its modules.

    Returns:
        Whether they were not in place before.
    """
    global _is_installed, _sentinel  # noqa: PLW0603 - the interpreter is patched or not
    patches.install()
    if _is_installed:
        if vars(socket.socket).get("connect") is _sentinel:
            return False
        # Somebody has put the sockets back into the state before ours.
        uninstall()
    _is_installed = True
    patched_time.listen(_hear_of_sleep)
    originals = {real.sleep: time.sleep}
    for watched in watched_functions():
        original = getattr(watched.owner, watched.attribute)
        replacement = watched.replacement(original)
        if isinstance(watched.owner, ModuleType):
            replacement = originals[original] = bound(replacement)
        _replacements.replace(watched.owner, watched.attribute, replacement)
    note_what_starts(_replacements)
    watch_locks(_replacements)
    watch_databases(_replacements)
    _serve_those_who_have_them(originals)
    _sentinel = vars(socket.socket).get("connect")
    return True


def _serve_those_who_have_them(replacements: dict[Any, Any]) -> None:
    """Replace functions where modules that are no library's have names for them."""
    by_identity = {id(original): new for original, new in replacements.items()}
    for module in tuple(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if path is None or is_library(path):
            continue
        for name, value in tuple(vars(module).items()):
            if id(value) in by_identity:
                _replacements.replace(module, name, by_identity[id(value)])


def uninstall() -> None:
    """Put every original back."""
    global _is_installed  # noqa: PLW0603 - see above
    patched_time.listen(None)
    _replacements.undo()
    _is_installed = False


def _hear_of_sleep(seconds: float) -> None:
    """Charge a `time.sleep`, which the virtual clock already watches for reasons of its own."""
    watch = watch_of_this_thread()
    if watch is not None and seconds > 0:
        meet(watch, _SLEEP, seconds)
