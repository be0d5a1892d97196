"""Putting a watched function in the place of one that blocks, and back again.

The replacements look whether the calling thread runs an event loop that somebody
watches, and otherwise do what the originals do. So they may stay in place for a whole
session, and a module that said ``from socket import getaddrinfo`` long before any loop
ran is watched as well.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_mlinfra.clock.blocking.calls import Call
from pytest_mlinfra.clock.blocking.watch import meet, unwatched, watch_of_this_thread


def always(*_args: Any, **_options: Any) -> bool:
    """For functions that block whatever they are called with."""
    return True


@dataclass(frozen=True)
class Watched:
    """A function that blocks.

    Attributes:
        owner: the module or class that has it.
        attribute: its name there.
        call: what to say about it.
        blocks: whether it would block, given the arguments it is called with.
    """

    owner: Any
    attribute: str
    call: Call
    blocks: Callable[..., bool] = always

    def replacement(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """A function that does what `original` does, and tells of it."""
        call, blocks = self.call, self.blocks

        @functools.wraps(original)
        def watched(*args: Any, **options: Any) -> Any:
            __tracebackhide__ = True
            watch = watch_of_this_thread()
            if watch is None:
                return original(*args, **options)
            if _says_yes(blocks, args, options):
                meet(watch, call)
            return unwatched(original, *args, **options)

        return watched


def _says_yes(
    blocks: Callable[..., bool], args: tuple[Any, ...], options: Mapping[str, Any]
) -> bool:
    try:
        return blocks(*args, **options)
    except TypeError:
        # The original has a complaint about its arguments, too, and a better one.
        return False


def bound(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` as a bound method, which takes no instance for its first argument.

    A built-in function that somebody keeps as a class attribute (``opener = open``) is
    not turned into a method. A plain function in its place would be.
    """

    @functools.wraps(function)
    def call(_self: object, *args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        return function(*args, **options)

    return types.MethodType(call, function)
