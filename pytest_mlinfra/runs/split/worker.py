"""The worker's side: runs the learner's code, and follows the driver's clock.

Nothing in this process is to be trusted once the learner's code has been loaded, this
module included.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import math
import sys
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from typing import Any, NoReturn

from pytest_mlinfra.clock.deadlock import describe_deadlock
from pytest_mlinfra.clock.lockstep import FollowingLoop
from pytest_mlinfra.katas.subject import MissingName, SubjectFinder, Subjects
from pytest_mlinfra.runs.split.channel import Channel
from pytest_mlinfra.runs.split.endings import as_a_step, finish, new_loops_from
from pytest_mlinfra.runs.split.exports import Exports
from pytest_mlinfra.runs.split.jobs import Result
from pytest_mlinfra.runs.split.messages import (
    Answer,
    Ask,
    Describe,
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
    Submit,
    Unwatch,
    Watch,
)
from pytest_mlinfra.runs.split.peer import Peer
from pytest_mlinfra.runs.split.reviewing import Reviewer

_MOST_RAISED = 20


class Worker(Peer):
    """The worker's end of the conversation.

    Args:
        channel: the way to the driver.
        subjects: the modules of the answer.
        first_number: the first by which the driver knows what this worker gives it.
    """

    def __init__(self, channel: Channel, subjects: Subjects, first_number: int = 1) -> None:
        files = [source.path for source in subjects.sources.values()]
        self._reviewer = Reviewer(files)
        super().__init__(files, 1, Exports(first_number, only_callables=False))
        self._channel = channel
        self._subjects = subjects
        self._loop: FollowingLoop | None = None
        self._nonce = 0
        # Whether the driver has given a turn, and is to be told that it has come to its end.
        self._has_turn = False
        # Whether nobody else takes part in the time of the loop that is running.
        self._is_alone = False
        # The latest errors of the test.
        self._raised: deque[BaseException] = deque(maxlen=_MOST_RAISED)
        self._review_asked: tuple[Review, int] | None = None

    def work(self) -> NoReturn:
        """Do what the driver asks for, until it has gone."""
        finder = SubjectFinder()
        sys.meta_path.insert(0, finder)
        new_loops_from(self._new_private_loop)
        with finder.serving(self._subjects):
            while True:
                self._serve_one_loop()

    def _serve_one_loop(self) -> None:
        self.begin_anew()
        self._raised.clear()
        loop = self._loop = FollowingLoop(self)
        try:
            while True:
                # A task that raises SystemExit ends run_forever, and nothing else.
                with contextlib.suppress(SystemExit, KeyboardInterrupt, _OutOfLoop):
                    if not self._has_turn:
                        loop.move_to(self._next_turn())
                    loop.run_forever()
                self._do_out_of_loop()
        except _NextLoop:
            with self._alone():
                finish(loop)

    def _do_out_of_loop(self) -> None:
        """Answer what can be answered only while the loop does not run."""
        if self._review_asked is not None:
            review, nonce = self._review_asked
            self._review_asked = None
            if not review.failed:
                self._raised.clear()
            with self._alone():
                outcome = self.serve(partial(self._reviewer.review, review))
            self._channel.send(Answer(nonce, self.now(), outcome))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Let the time of the loop pass by itself: the driver takes no part in it."""
        self._is_alone = True
        try:
            yield
        finally:
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
                running.fail_for_deadlock()
                return running.time()
            return next_timer
        if self._has_turn:
            self._has_turn = False
            due = None if math.isinf(next_timer) else next_timer
            self._channel.send(
                Idle(self._nonce, self.now(), due, done=self.done(), updates=self.codec.updates())
            )
        return self._next_turn()

    def _next_turn(self) -> float:
        """Answer what is asked until there is a turn; the moment of that."""
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

    def call(self, target: int, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Call something of the driver's, from whatever thread."""
        if threading.current_thread() is threading.main_thread() or self._loop is None:
            return super().call(target, arguments, options)
        # Only the main thread speaks to the driver, and in the meantime this one waits.
        outcome: Future[Any] = Future()
        submit = partial(self._submit, target, arguments, options, threading.get_ident(), outcome)
        self._loop.call_soon_threadsafe(submit)
        return outcome.result()

    def _submit(
        self,
        target: int,
        arguments: tuple[Any, ...],
        options: dict[str, Any],
        thread: int,
        outcome: Future[Any],
    ) -> None:
        """Have the driver call something in a thread."""
        assert self._loop is not None
        job = self._next_job = self._next_job + 2
        self._waiting[job] = told = self._loop.create_future()

        def pass_on(told: asyncio.Future[Result]) -> None:
            try:
                outcome.set_result(told.result()())
            except BaseException as error:  # noqa: BLE001 - it is for the thread
                outcome.set_exception(error)

        told.add_done_callback(pass_on)
        try:
            encoded = {name: self.codec.encode(value) for name, value in options.items()}
            values = [self.codec.encode(each) for each in arguments]
            self.ask(Submit(target, job, thread, values, encoded))
        except Exception as error:  # noqa: BLE001 - likewise
            told.cancel()
            self._waiting.pop(job, None)
            if not outcome.done():
                outcome.set_exception(error)

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
        if isinstance(message.operation, Review):
            self._review_asked = message.operation, message.nonce
            raise _OutOfLoop
        loop = asyncio._get_running_loop()  # noqa: SLF001 - gives None instead of raising
        # In a loop if the asker is in one, and in none otherwise.
        asyncio._set_running_loop(self._loop if message.in_loop else None)  # noqa: SLF001
        try:
            serve = partial(self.serve, asked)
            outcome = as_a_step(self._loop, serve) if message.in_loop else serve()
        finally:
            asyncio._set_running_loop(loop)  # noqa: SLF001
        done, updates = self.done(), self.codec.updates()
        self._channel.send(Answer(message.nonce, self.now(), outcome, done=done, updates=updates))

    def serve(self, asked: Result) -> Outcome:
        """Do what the driver asks for, and say what came of it."""

        def keeping() -> Any:
            try:
                return asked()
            except BaseException as error:
                # As a failure of a test is, with all that its frames hold.
                self._raised.append(error)
                raise

        return super().serve(keeping)

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
            case Watch():
                return self._reviewer.begin(operation, self._loop)
            case Unwatch():
                return self._reviewer.stop()
            case Describe():
                assert self._loop is not None
                jobs = self._loop.in_flight.pools.jobs
                return describe_deadlock(self._loop, jobs, but=self.jobs.idle)
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


class _OutOfLoop(BaseException):
    """Something is to be done while the loop does not run."""


class _NextLoop(BaseException):
    """The driver has begun another test."""
