"""Databases of `sqlite3`, whose queries read and write files while the loop waits.

Its connections and cursors are built-in objects that nothing can be hung on. So whoever
connects is given objects of classes that are made for this.
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from pytest_mlinfra.clock.blocking.calls import Call
from pytest_mlinfra.clock.blocking.patching import Watched
from pytest_mlinfra.clock.replacements import Replacements

_ADVICE = "await asyncio.to_thread(...) around what uses the database"

_OF_CONNECTIONS = ("execute", "executemany", "executescript", "commit", "rollback", "backup")
_OF_CURSORS = ("execute", "executemany", "executescript", "fetchone", "fetchmany", "fetchall")
# Where `sqlite3.connect` takes the class of its connections, among its arguments.
_PLACE_OF_FACTORY = 5


class WatchedConnection(sqlite3.Connection):
    """A connection whose queries are watched."""

    def cursor(self, factory: Any = None) -> Any:
        """A cursor whose queries are watched, too, unless another sort is asked for."""
        return super().cursor(factory or WatchedCursor)


class WatchedCursor(sqlite3.Cursor):
    """A cursor whose queries are watched."""


def database_calls() -> Iterator[Watched]:
    """The calls that open a database, or ask it for something."""
    yield Watched(sqlite3, "connect", Call("sqlite3.connect", _ADVICE))
    for owner, names in ((WatchedConnection, _OF_CONNECTIONS), (WatchedCursor, _OF_CURSORS)):
        base = owner.__mro__[1].__name__
        for name in names:
            yield Watched(owner, name, Call(f"sqlite3.{base}.{name}", _ADVICE))


def watch_databases(replacements: Replacements) -> None:
    """Give those who connect from now on what can be watched."""
    replacements.replace(sqlite3, "connect", _connecting(sqlite3.connect))


def _connecting(connect: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(connect)
    def connecting(*args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        if len(args) <= _PLACE_OF_FACTORY:
            options.setdefault("factory", WatchedConnection)
        return connect(*args, **options)

    return connecting
