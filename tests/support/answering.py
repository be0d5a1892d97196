"""An answer in a process of its own, and a way to run a test of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from pytest_mlinfra.clock.lockstep import LeadingLoop
from pytest_mlinfra.runs.split.answer import RemoteAnswer


class Answering:
    """An answer whose only module is named `answer`."""

    def __init__(self, answer: RemoteAnswer) -> None:
        self.answer = answer

    @property
    def module(self) -> Any:
        """The stand-in for the answer's module."""
        return self.answer.modules["answer"]

    def run(self, test: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
        """Run a test of the module on a loop that leads the answer's."""

        def new_loop() -> asyncio.AbstractEventLoop:
            loop = LeadingLoop()
            self.answer.follow(loop)
            return loop

        with asyncio.Runner(loop_factory=new_loop) as runner:
            return runner.run(test(self.module))


# Starts a worker for the text of an answer.
Answerer = Callable[..., Answering]
