"""The loops of a worker: a step of them, their end, and where those of its answer come from."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import TypeVar

from pytest_mlinfra.clock.lockstep import FollowingLoop

_Result = TypeVar("_Result")


def as_a_step(loop: asyncio.AbstractEventLoop | None, action: Callable[[], _Result]) -> _Result:
    """Do something as a step of `loop`, as which whoever watches the loop takes it."""
    assert loop is not None
    done: list[_Result] = []
    failed: list[Exception] = []

    def step() -> None:
        try:
            done.append(action())
        except Exception as error:  # noqa: BLE001 - a step keeps it to itself
            failed.append(error)

    asyncio.Handle(step, (), loop)._run()  # noqa: SLF001 - what a loop does
    for error in failed:
        raise error
    return done[0]


def finish(loop: FollowingLoop) -> None:
    """End a loop as `asyncio.run` does: its tasks are cancelled, its generators closed."""
    with contextlib.suppress(Exception, SystemExit, KeyboardInterrupt):
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.wait(tasks, timeout=60))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
    with contextlib.suppress(Exception):
        loop.close()


def new_loops_from(factory: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """Let `asyncio.run` and its like make their loops by `factory`."""

    class Policy(asyncio.DefaultEventLoopPolicy):
        def new_event_loop(self) -> asyncio.AbstractEventLoop:
            return factory()

    asyncio.set_event_loop_policy(Policy())
    # As among tests, of which each has had a loop before: outside of one there is none.
    asyncio.set_event_loop(None)
