"""The worker's side: runs the learner's code, and follows the driver's clock.

Nothing in this process is to be trusted once the learner's code has been loaded, this
module included.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import importlib
import math
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from pytest_mlinfra.clock import patched_time
from pytest_mlinfra.clock.lockstep import FollowingLoop
from pytest_mlinfra.katas.subject import MissingName, SubjectFinder, Subjects
from pytest_mlinfra.runs.split.channel import Channel
from pytest_mlinfra.runs.split.exports import Exports
from pytest_mlinfra.runs.split.jobs import Result
from pytest_mlinfra.runs.split.messages import (
    Answer,
    Ask,
    Get,
    Idle,
    Load,
    Message,
    NewLoop,
    Operation,
    Outcome,
    Review,
    Run,
    Set,
)
from pytest_mlinfra.runs.split.peer import Peer


class Worker(Peer):
    """The worker's end of the conversation.

    Args:
        channel: the way to the driver.
        subjects: the modules of the answer.
        first_number: the first by which the driver knows what this worker gives it.
    """

    def __init__(self, channel: Channel, subjects: Subjects, first_number: int = 1) -> None:
        files = [source.path for source in subjects.sources.values()]
        super().__init__(files, 1, Exports(first_number, only_callables=False))
        self._channel = channel
        self._subjects = subjects
        self._loop: FollowingLoop | None = None
        self._nonce = 0
        # Whether the driver has given a turn, and is to be told that it has come to its end.
        self._has_turn = False
        # Whether nobody else takes part in the time of the loop that is running.
        self._is_alone = False

    def work(self) -> NoReturn:
        """Do what the driver asks for, until it has gone."""
        finder = SubjectFinder()
        sys.meta_path.insert(0, finder)
        patched_time.install()
        _new_loops_from(self._new_private_loop)
        with finder.serving(self._subjects):
            while True:
                self._serve_one_loop()

    def _serve_one_loop(self) -> None:
        self.begin_anew()
        loop = self._loop = FollowingLoop(self)
        try:
            while True:
                # A task that raises SystemExit ends run_forever, and nothing else.
                with contextlib.suppress(SystemExit, KeyboardInterrupt):
                    loop.run_forever()
        except _NextLoop:
            self._is_alone = True
            _finish(loop)
            self._is_alone = False

    def _new_private_loop(self) -> FollowingLoop:
        """A loop for whoever says `asyncio.run` outside of any loop: its time is its own."""
        return FollowingLoop(self)

    # Turns.

    def wait_for_turn(self, next_timer: float) -> float:
        """Hand the turn over, answer what is asked, and go on at the moment that is given."""
        running = asyncio._get_running_loop()  # noqa: SLF001 - gives None instead of raising
        if self._is_alone or running is not self._loop:
            if math.isinf(next_timer) and isinstance(running, FollowingLoop):
                running.stall()
            return next_timer
        if self._has_turn:
            self._has_turn = False
            due = None if math.isinf(next_timer) else next_timer
            self._channel.send(
                Idle(self._nonce, self.now(), due, done=self.done(), updates=self.codec.updates())
            )
        while True:
            message, content = self._hear()
            if isinstance(message, Run):
                self._has_turn = True
                return message.now
            if not isinstance(message, Ask):
                self.unexpected(message)
            self._answer(message, content)

    def exchange(self, operation: Operation) -> Result:
        """Ask the driver for something."""
        nonce, now = self._nonce, self.now()
        done, updates = self.done(), self.codec.updates()
        self._channel.send(Ask(nonce, now, operation, done=done, updates=updates))
        while True:
            message, content = self._hear()
            if isinstance(message, Answer):
                self._nonce = nonce
                return content
            if not isinstance(message, Ask):
                self.unexpected(message)
            self._answer(message, content)

    def now(self) -> float:
        """The moment, in virtual seconds."""
        return 0.0 if self._loop is None else self._loop.time()

    def _hear(self) -> tuple[Message, Result]:
        message = self._channel.receive()
        self._nonce = message.nonce
        if self._loop is not None and not isinstance(message, Answer):
            self._loop.move_to(message.now)
        return message, self.take(message)

    def _answer(self, message: Ask, asked: Result) -> None:
        if isinstance(message.operation, NewLoop):
            self._channel.send(Answer(message.nonce, 0.0, Outcome()))
            raise _NextLoop
        loop = asyncio._get_running_loop()  # noqa: SLF001 - gives None instead of raising
        if not message.in_loop:
            asyncio._set_running_loop(None)  # noqa: SLF001 - the asker is in none, either
        try:
            outcome = self.serve(asked)
        finally:
            asyncio._set_running_loop(loop)  # noqa: SLF001
        done, updates = self.done(), self.codec.updates()
        self._channel.send(Answer(message.nonce, self.now(), outcome, done=done, updates=updates))

    # What only the worker does.

    def perform(self, operation: Operation) -> Any:
        """Import a module, use an attribute, or tell what was left behind."""
        match operation:
            case Load(module):
                return self._load(module)
            case Get(target, name):
                value = getattr(self._exports.get(target), name)
                if not isinstance(value, MissingName):
                    return value
                raise AttributeError(name)
            case Set(target, name):
                return delattr(self._exports.get(target), name)
            case Review():
                return self._review()
        return super().perform(operation)

    def write(self, target: int, name: str, value: Any) -> None:
        """Set an attribute."""
        setattr(self._exports.get(target), name, value)

    def call_special(self, target: Any, name: str, arguments: list[Any]) -> Any:
        """Call a special method, which Python looks up on the class."""
        return getattr(type(target), name)(target, *arguments)

    def _load(self, name: str) -> list[Any]:
        module = importlib.import_module(name)
        failure = self._subjects.failures.get(name)
        reason = None if failure is None else [failure.message_id, str(failure), failure.line]
        number, _is_new = self._exports.number(module)
        return [number, reason]

    def _review(self) -> list[Any]:
        calls = [] if self._loop is None else list(self._loop.blocking_calls)
        if self._loop is not None:
            self._loop.blocking_calls.clear()
        return [dataclasses.asdict(call) for call in calls]


class _NextLoop(BaseException):
    """The driver has begun another test."""


def _finish(loop: FollowingLoop) -> None:
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


def _new_loops_from(factory: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """Let `asyncio.run` and its like make their loops by `factory`."""

    class Policy(asyncio.DefaultEventLoopPolicy):
        def new_event_loop(self) -> asyncio.AbstractEventLoop:
            return factory()

    asyncio.set_event_loop_policy(Policy())
