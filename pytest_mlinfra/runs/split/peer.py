"""One side of the conversation: what the driver and the worker have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from pytest_mlinfra.errors import BrokenRuleError
from pytest_mlinfra.runs.split import failures, proxies
from pytest_mlinfra.runs.split.executors import EXECUTORS, Executors
from pytest_mlinfra.runs.split.exports import (
    Exports,
    describe_class,
    describe_function,
)
from pytest_mlinfra.runs.split.jobs import Jobs, Result, giving, raising
from pytest_mlinfra.runs.split.messages import (
    Answer,
    Ask,
    Call,
    Cancel,
    Done,
    Failure,
    Get,
    Message,
    Operation,
    Outcome,
    Set,
    Start,
    Submit,
    Wire,
)
from pytest_mlinfra.runs.split.mirrors import Mirrors
from pytest_mlinfra.runs.split.values import Codec


class Peer:
    """Asks the other side, serves what it asks, and keeps what both hold in step.

    Args:
        files: the learner's files.
        parity: 0 for the one side and 1 for the other.
        exports: what the other side may refer to.
    """

    def __init__(self, files: Collection[Path], parity: int, exports: Exports) -> None:
        self._files = files
        self._parity = parity
        self._exports = exports
        self._proxies: dict[int, Any] = {}
        self._own_numbers: dict[int, int] = {}
        self.codec = Codec(self, Mirrors(parity))
        self.jobs = Jobs()
        self.executors = Executors()
        self._waiting: dict[int, asyncio.Future[Result]] = {}
        self._next_job = parity
        # What the next reference is to be known as, in place of a new proxy.
        self.heir: Any = None

    # To be provided by each side.

    def now(self) -> float:
        """The moment, in virtual seconds."""
        raise NotImplementedError

    def exchange(self, operation: Operation) -> Result:
        """Send a question and give what comes back, answering what is asked meanwhile."""
        raise NotImplementedError

    def perform(self, operation: Operation) -> Any:
        """Do what only this side can be asked for.

        Raises:
            BrokenRuleError: it cannot be asked for that.
        """
        raise BrokenRuleError(f"asked for {type(operation).__name__}")

    # Asking.

    def ask(self, operation: Operation) -> Any:
        """Have the other side do something, and give what comes of it."""
        return self.exchange(operation)()

    def current(self, number: int) -> int:
        """The number by which the other side now knows what it once gave away as `number`."""
        return number

    def get(self, target: int, name: str) -> Any:
        """Read an attribute of something of the other side's."""
        return self.ask(Get(self.current(target), name))

    def call(self, target: int, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Call something of the other side's."""
        encoded = {name: self.codec.encode(value) for name, value in options.items()}
        values = [self.codec.encode(each) for each in arguments]
        return self.ask(Call(self.current(target), values, encoded))

    def special(self, target: int, name: str, arguments: tuple[Any, ...]) -> Any:
        """Call a special method of something of the other side's."""
        encoded = [self.codec.encode(each) for each in arguments]
        return self.ask(Call(self.current(target), encoded, special=name))

    def set(self, target: int, name: str, value: Any) -> None:
        """Set an attribute of something of the other side's."""
        self.ask(Set(self.current(target), name, self.codec.encode(value)))

    def delete(self, target: int, name: str) -> None:
        """Delete an attribute of something of the other side's."""
        self.ask(Set(self.current(target), name, delete=True))

    async def drive(self, target: int) -> Any:
        """Await something of the other side's; a cancellation is passed on."""
        job = self._next_job = self._next_job + 2
        loop = asyncio.get_running_loop()
        self.ask(Start(target, job, id(asyncio.current_task())))
        while True:
            self._waiting[job] = loop.create_future()
            try:
                result = await self._waiting[job]
            except asyncio.CancelledError:
                # Of this side's task.
                if self._waiting.pop(job, None) is None:
                    # The other side's has ended by now.
                    raise
                # Whether it is the end is for the other side to say.
                self.ask(Cancel(job))
            else:
                return result()

    # Serving.

    def take(self, message: Message) -> Result:
        """Take a message off the wire, values in the order in which they were put on it.

        Returns:
            For a question, what does what is asked for; for an answer, what gives it.
        """
        content: Result = giving(None)
        match message:
            case Ask():
                content = self._prepared(message.operation)
            case Answer():
                content = self._result(message.outcome)
        for done in message.done:
            self._finish(done)
        for update in message.updates:
            self.codec.apply(update)
        return content

    def serve(self, asked: Result) -> Outcome:
        """Do what the other side asks for, and say what came of it."""
        try:
            return Outcome(self.codec.encode(asked()))
        except BrokenRuleError:
            raise
        except BaseException as error:  # noqa: BLE001 - all of it is for the other side
            return Outcome(failure=self.pack(error, self.codec.encode))

    def _prepared(self, operation: Operation) -> Result:
        match operation:
            case Call(target, arguments, options, special):
                called = self._exports.get(target)
                values = [self.codec.decode(each) for each in arguments]
                named = {name: self.codec.decode(each) for name, each in options.items()}
                if special is None:
                    return lambda: called(*values, **named)
                return lambda: self.call_special(called, special, values)
            case Submit(target, job, task, arguments, options):
                called = self._exports.get(target)
                values = [self.codec.decode(each) for each in arguments]
                named = {name: self.codec.decode(each) for name, each in options.items()}
                in_thread = partial(self.in_thread, partial(called, *values, **named))
                return lambda: self.jobs.start(job, task, in_thread())
            case Set(target, name, wire, False):
                value = self.codec.decode(wire)
                return lambda: self.write(target, name, value)
        return lambda: self._do(operation)

    def _do(self, operation: Operation) -> Any:
        match operation:
            case Start(target, job, task):
                return self.jobs.start(job, task, self._exports.get(target))
            case Cancel(job):
                return self.jobs.cancel(job)
        return self.perform(operation)

    def write(self, target: int, name: str, value: Any) -> None:
        """Set an attribute of something that was given away."""
        raise BrokenRuleError(f"wanted to set {name} of something of the tests'")

    def in_thread(self, called: Callable[[], Any]) -> Awaitable[Any]:
        """Call something in a thread that the other side asked for."""
        raise BrokenRuleError("asked for a thread")

    def call_special(self, target: Any, name: str, arguments: list[Any]) -> Any:
        """Call a special method that the other side asked for."""
        raise BrokenRuleError(f"asked for {name} of something of the tests'")

    # What comes with every message.

    def _finish(self, done: Done) -> None:
        future = self._waiting.pop(done.job, None)
        if future is not None and not future.done():
            future.set_result(self._result(done.outcome))

    def _result(self, outcome: Outcome) -> Result:
        """What `outcome` is to whoever awaits it, already taken off the wire."""
        if outcome.failure is not None:
            return raising(self.unpack(outcome.failure, self.codec.decode))
        return giving(self.codec.decode(outcome.value))

    def done(self) -> tuple[Done, ...]:
        """What has ended here since it was last told."""
        return tuple(Done(job, self.serve(result)) for job, result in self.jobs.ended())

    # What is not plain data.

    def refer(self, value: Any, encode: Callable[[Any], Wire]) -> Wire:
        """A reference to `value` on the wire."""
        if type(value) in EXECUTORS:
            return ["p", *self.executors.described(value)]
        number = self._own_numbers.get(id(value))
        if number is not None:
            return ["o", number]
        number, is_new = self._exports.number(value)
        if not is_new:
            return ["r", number]
        kind = self._exports.kind_of(value)
        match kind:
            case "class":
                return ["r", number, *self._describe_class(value, encode)]
            case "object":
                return ["r", number, kind, {"class": encode(type(value))}]
            case _:
                return ["r", number, kind, describe_function(value)]

    def _describe_class(self, value: type, encode: Callable[[Any], Wire]) -> list[Any]:
        if issubclass(value, BaseException):
            kinds = [f"{kind.__module__}.{kind.__qualname__}" for kind in value.__mro__]
            return ["exception", {"kinds": kinds[:20]}]
        mine = [base for base in value.__bases__ if base.__module__ == value.__module__]
        return ["class", describe_class(value) | {"bases": [encode(base) for base in mine]}]

    def resolve(self, wire: list[Any], decode: Callable[[Wire], Any]) -> Any:
        """What a reference stands for: an object of this side's, or a proxy."""
        heir, self.heir = self.heir, None
        match wire:
            case ["p", int(number), bool(has_processes), int(workers)]:
                return self.executors.like(number, workers, has_processes=has_processes)
            case ["o", int(number)]:
                return self._exports.get(number)
            case ["r", int(number)]:
                if number not in self._proxies:
                    raise BrokenRuleError("spoke of something without describing it")
                return self._known_as(number, heir or self._proxies[number])
            case ["r", int(number), str(kind), dict(description)] if number not in self._proxies:
                proxy = proxies.proxy_of(self, number, kind, description, decode)
                if kind == "exception":
                    # There is no original that could be named.
                    self._proxies[number] = proxy
                    return proxy
                return self._known_as(number, heir or proxy)
            case _:
                raise BrokenRuleError("sent what is no reference")

    def _known_as(self, number: int, proxy: Any) -> Any:
        self._proxies[number] = proxy
        self._own_numbers[id(proxy)] = number
        return proxy

    def pack(self, error: BaseException, encode: Callable[[Any], Wire]) -> Failure:
        """An exception on the wire."""
        return failures.pack(error, self._files, encode)

    def unpack(self, failure: Failure, decode: Callable[[Wire], Any]) -> BaseException:
        """The exception that came over the wire."""
        return failures.unpack(failure, self._files, decode)

    def unexpected(self, message: Message) -> NoReturn:
        """A message that nobody has a use for.

        Raises:
            BrokenRuleError: always.
        """
        raise BrokenRuleError(f"said {type(message).__name__} out of turn")

    def begin_anew(self) -> None:
        """Forget what only the last test had to do with."""
        self.jobs = Jobs()
        self.executors.close()
        self._waiting.clear()
        self.codec.mirrors = Mirrors(self._parity)
