"""One run of a scenario: a loop of its own, from the beginning to an end without leftovers."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import random
from collections.abc import Callable, Collection, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

from pytest_mlinfra.clock.exploration.loop import ExploringLoop
from pytest_mlinfra.clock.exploration.plain import EndlessError, PlainSequencer
from pytest_mlinfra.errors import TimeLimitError, UsageError

# These end more than a run.
PASS_THROUGH = (KeyboardInterrupt, SystemExit, GeneratorExit, TimeLimitError)
# Virtual seconds that a task gets to end after it was cancelled, and how often that is done.
_GRACE = 60.0
_ROUNDS = 3
# The same for one that goes on without letting time pass: so many callbacks.
_PATIENCE = 20_000
_abandoned: list[asyncio.Task[Any]] = []


@dataclass(frozen=True)
class Scenario:
    """What is run again and again.

    Attributes:
        body: the async function to run.
        given: makes what `body` and `invariant` are called with; None if they are called
            with nothing. May be async.
        invariant: what has to hold afterwards: raises an error, or returns False, if it
            does not. May be async.
    """

    body: Callable[..., Coroutine[Any, Any, object]]
    given: Callable[[], object] | None = None
    invariant: Callable[..., object] | None = None

    def __post_init__(self) -> None:
        for name in ("body", "given", "invariant"):
            value = getattr(self, name)
            if value is not None and not callable(value):
                raise UsageError(f"{name}={value!r} has to be a function")

    def prepare(self, loop: ExploringLoop) -> tuple[object, ...]:
        """What this run's `body` and `invariant` are called with."""
        return () if self.given is None else (_awaited(self.given(), loop),)

    def start(self, arguments: tuple[object, ...]) -> Coroutine[Any, Any, object]:
        """The coroutine of a new run.

        Raises:
            UsageError: `body` is no async function.
        """
        coroutine: object = self.body(*arguments)
        if not asyncio.iscoroutine(coroutine):
            name = getattr(self.body, "__name__", repr(self.body))
            raise UsageError(f"{name} has to be an async function; it returned {coroutine!r}")
        return coroutine

    def check(self, arguments: tuple[object, ...], loop: ExploringLoop) -> None:
        """Check the invariant.

        Raises:
            AssertionError: it returned False. Whatever else it raises goes through.
        """
        if self.invariant is None:
            return
        if _awaited(self.invariant(*arguments), loop) is False:
            name = getattr(self.invariant, "__name__", "")
            named = f"{name}()" if name.isidentifier() else "the invariant"
            raise AssertionError(f"{named} returned False")


def _awaited(value: object, loop: ExploringLoop) -> object:
    return loop.run_until_complete(value) if inspect.isawaitable(value) else value


@contextlib.contextmanager
def fresh_loop() -> Iterator[ExploringLoop]:
    """A new virtual loop, also where another loop is running; everything on it is ended."""
    outer = asyncio._get_running_loop()  # noqa: SLF001 - does not raise
    asyncio._set_running_loop(None)  # noqa: SLF001 - loops are not meant to be nested
    try:
        with steady_random():
            loop = ExploringLoop()
            try:
                yield loop
            finally:
                end(loop)
    finally:
        asyncio._set_running_loop(outer)  # noqa: SLF001 - see above


@contextlib.contextmanager
def steady_random() -> Iterator[None]:
    """Start the generator of the module `random` from one seed, and put it back afterwards.

    So that nothing but the order differs from run to run.
    """
    state = random.getstate()
    random.seed(0)
    try:
        yield
    finally:
        random.setstate(state)


def end(loop: ExploringLoop) -> None:
    """End whatever is left on `loop`, and close it."""
    try:
        end_tasks(loop, lambda: asyncio.all_tasks(loop))
        for transport in loop.open_transports:
            transport.abort()
        loop.run_until_complete(loop.shutdown_asyncgens())
        if loop.has_workers:
            loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()


def end_tasks(loop: ExploringLoop, unfinished: Callable[[], Collection[asyncio.Task[Any]]]) -> None:
    """Cancel the tasks that are `unfinished`, and let go of those that do not end for it."""
    for _ in range(_ROUNDS):
        tasks = unfinished()
        if not tasks:
            return
        with contextlib.suppress(EndlessError), loop.following(PlainSequencer(_PATIENCE)):
            loop.run_until_complete(_cancel(tasks))
    for task in unfinished():
        abandon(task)


def abandon(task: asyncio.Task[Any]) -> None:
    """Have nobody wait for `task` any more, nor complain that it never ended."""
    asyncio.tasks._unregister_task(task)  # noqa: SLF001 - nothing public
    task._log_destroy_pending = False  # type: ignore[attr-defined]  # noqa: SLF001 - likewise
    # It would refuse to be closed, too.
    _abandoned.append(task)


async def _cancel(tasks: Collection[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    done, _ = await asyncio.wait(tasks, timeout=_GRACE)
    for task in done:
        if not task.cancelled():
            # Who wanted to know of it has gone.
            task.exception()
