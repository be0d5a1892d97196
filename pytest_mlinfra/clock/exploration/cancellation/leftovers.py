"""What a cancelled run leaves behind."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import warnings
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from typing import Any, NamedTuple

from pytest_mlinfra.clock.blame import suspended_frames
from pytest_mlinfra.clock.exploration.cancellation.permits import Permits
from pytest_mlinfra.clock.exploration.cancellation.sequencer import CancellingSequencer
from pytest_mlinfra.clock.exploration.loop import ExploringLoop
from pytest_mlinfra.clock.exploration.own_code import innermost_own, quoted

_Hook = Callable[[Any], object]

# The kind of a connection that is left open.
CONNECTION = "connection"
_NEVER_AWAITED = "was never awaited"
# Turns of the loop without anything ready after which all has happened that can happen.
_QUIET_TURNS = 3
_MOST_TURNS = 1_000


class Leftover(NamedTuple):
    """One thing that was left behind.

    Attributes:
        kind: the same for all that a run without cancellation may leave behind, too.
        text: what it is.
        where: the line to look at, quoted; empty if none is known.
    """

    kind: str
    text: str
    where: str = ""


class Watch:
    """Keeps in mind what a run takes, so as to tell what it did not give back."""

    def __init__(self, loop: ExploringLoop, sequencer: CancellingSequencer) -> None:
        self._loop = loop
        self._sequencer = sequencer
        self._permits = Permits()
        self._caught: list[warnings.WarningMessage] = []
        self._unseen: list[BaseException] = []
        self._connections = set(_clients(loop))
        self._generators = set(_generators(loop))

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Watch as long as the body runs."""
        with self._permits.counted(), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self._caught = caught
            handler, hook = self._loop.get_exception_handler(), sys.unraisablehook
            self._loop.set_exception_handler(self._note)
            sys.unraisablehook = _without_transports(hook)
            try:
                yield
            finally:
                sys.unraisablehook = hook
                self._loop.set_exception_handler(handler)

    def _note(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Keep an error that came to nobody but the loop."""
        error = context.get("exception")
        if error is not None:
            self._unseen.append(error)

    def mend(self) -> None:
        """Close the connections that are left behind, so that they do not reach the next run."""
        for connection in set(_clients(self._loop)) - self._connections:
            connection.abort()

    def leftovers(self) -> Iterator[Leftover]:
        """What is left behind at this moment."""
        for task in self._sequencer.descendants():
            name = getattr(task.get_coro(), "__qualname__", task.get_name())
            where = _quoted_frame(task.get_coro())
            yield Leftover(f"task {name}", f"the task of {name} still runs", where)
        for owner, path, line in self._permits.held():
            where = quoted(path, line) if path else ""
            text = f"a {type(owner).__name__} that was acquired is not released"
            yield Leftover(f"permit {path}:{line}", text, where)
        for connection in set(_clients(self._loop)) - self._connections:
            peer = connection.get_extra_info("peername")
            to = f" to {peer[0]}:{peer[1]}" if isinstance(peer, tuple) else ""
            yield Leftover(CONNECTION, f"a connection{to} is still open")
        for generator in set(_generators(self._loop)) - self._generators:
            name = getattr(generator, "__qualname__", "")
            text = f"the async generator {name} is still open"
            yield Leftover(f"generator {name}", text, _quoted_frame(generator))
        for error in self._unseen:
            name = type(error).__name__
            yield Leftover(f"error {name}", f"an error that nobody sees: {name}: {error}")
        for warning in self._caught:
            text = str(warning.message).splitlines()[0]
            if _NEVER_AWAITED in text:
                yield Leftover(text, text)


async def settle(loop: ExploringLoop) -> None:
    """Wait until all has happened that can happen without time passing."""
    quiet = 0
    for _ in range(_MOST_TURNS):
        loop.wait_for_workers()
        await asyncio.sleep(0)
        quiet = quiet + 1 if loop.is_quiet else 0
        if quiet == _QUIET_TURNS:
            return


def beyond(leftovers: Iterable[Leftover], usual: Iterable[Leftover]) -> list[Leftover]:
    """Those of `leftovers` that are more than what is left behind as usual."""
    allowed = Counter(each.kind for each in usual)
    result = []
    for leftover in leftovers:
        if allowed[leftover.kind]:
            allowed[leftover.kind] -= 1
        else:
            result.append(leftover)
    return result


def _without_transports(hook: _Hook) -> _Hook:
    """`hook`, but for what goes wrong when asyncio drops a transport.

    A server that is closed while it accepts a connection, as cancellations bring about,
    drops one that it has not finished, and complains of that.
    """

    def ignoring(unraisable: Any) -> None:
        if getattr(unraisable.object, "__qualname__", "") != "_SelectorTransport.__del__":
            hook(unraisable)

    return ignoring


def _clients(loop: ExploringLoop) -> Iterator[asyncio.Transport]:
    """The open transports of connections that this side has opened."""
    for transport in loop.open_transports:
        if getattr(transport, "_server", None) is None:
            yield transport


def _generators(loop: ExploringLoop) -> Iterator[AsyncGenerator[Any, Any]]:
    """The async generators that were begun and have not come to an end."""
    for generator in list(getattr(loop, "_asyncgens", ())):
        if generator.ag_frame is not None:
            yield generator


def _quoted_frame(awaited: object) -> str:
    frame = innermost_own(list(suspended_frames(awaited)))
    return quoted(frame.f_code.co_filename, frame.f_lineno) if frame else ""
