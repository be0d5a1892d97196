"""The driver's side: gives turns, asks, and believes nothing.

Whatever the worker says is a claim of a process that runs the learner's code. It is
checked here; what breaks a rule ends the worker, with the reason.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import secrets
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pytest_mlinfra.clock import BlockingCall
from pytest_mlinfra.clock.lockstep import LeadingLoop
from pytest_mlinfra.errors import BrokenRuleError
from pytest_mlinfra.runs.split.exports import MOST_EXPORTS, Exports
from pytest_mlinfra.runs.split.jobs import Result
from pytest_mlinfra.runs.split.messages import (
    Answer,
    Ask,
    Describe,
    Idle,
    Load,
    Message,
    NewLoop,
    Operation,
    Run,
)
from pytest_mlinfra.runs.split.peer import Peer
from pytest_mlinfra.runs.split.rules import Connection, Rules

_LONGEST_DRAWING = 10_000
_MOST_THREADS = 256


class Link(Peer):
    """The driver's end of the conversation with a worker, or with one after another.

    Args:
        connect: starts a worker; takes the first number that it may give away.
        files: the learner's files.
        rules: what a worker may use up.
    """

    def __init__(
        self,
        connect: Callable[[int], Connection],
        files: Collection[Path],
        rules: Rules,
    ) -> None:
        super().__init__(files, 0, Exports(only_callables=True))
        self._connect = connect
        self._rules = rules
        self._generation = 0
        self._connection = connect(1)
        self._modules: dict[str, int] = {}
        # Where tests found what they hold on to, so that it can be found again.
        self._origins: dict[int, tuple[str, str]] = {}
        self._renumbered: dict[int, int] = {}
        self._loop: LeadingLoop | None = None
        # As many as anybody asks for: how many a worker has is for its own limits.
        self._threads = ThreadPoolExecutor(_MOST_THREADS, thread_name_prefix="callback")
        self._messages = 0
        self._moment = (0.0, 0)
        self.next_timer = math.inf
        self.broken: BrokenRuleError | None = None

    # Turns.

    def run(self, now: float) -> None:
        """Let the worker run at the moment `now` until it has nothing left to do."""
        if self.broken is not None:
            self.next_timer = math.inf
            return
        with self._watching():
            self._count_turn(now)
            nonce = secrets.randbits(53)
            self._connection.channel.send(
                Run(nonce, now, done=self.done(), updates=self.codec.updates())
            )
            idle, _ = self._hear(nonce, now)
            if not isinstance(idle, Idle):
                self.unexpected(idle)
            self.next_timer = _checked_timer(idle.next_timer, self.now())

    def exchange(self, operation: Operation) -> Result:
        """Have the worker do something at once.

        Raises:
            BrokenRuleError: the worker has broken a rule, now or before.
        """
        with self._watching(reraise=True):
            nonce = secrets.randbits(53)
            now = self.now()
            self._connection.channel.send(
                Ask(
                    nonce,
                    now,
                    operation,
                    in_loop=asyncio._get_running_loop() is not None,  # noqa: SLF001 - gives None
                    done=self.done(),
                    updates=self.codec.updates(),
                )
            )
            answer, result = self._hear(nonce, now)
            if not isinstance(answer, Answer):
                self.unexpected(answer)
        return result

    def now(self) -> float:
        """The moment, in virtual seconds; 0 outside of a loop."""
        return 0.0 if self._loop is None else self._loop.time()

    # Tests.

    def load(self, module: str) -> list[Any]:
        """Import a module of the answer: see `pytest_mlinfra.runs.split.messages.Load`."""
        number, reason = self.ask(Load(module))
        self._modules[module] = number
        return [number, reason]

    def name_in(self, module: str, name: str) -> Any:
        """What a module of the answer has under a name.

        Raises:
            AttributeError: it has nothing.
        """
        value = self.get(self._modules[module], name)
        number = self._own_numbers.get(id(value))
        if number is not None:
            self._origins[number] = (module, name)
        return value

    def rename_in(self, module: str, name: str, value: Any) -> None:
        """Put something under a name of a module of the answer."""
        self.set(self._modules[module], name, value)

    def forget_in(self, module: str, name: str) -> None:
        """Delete a name of a module of the answer."""
        self.delete(self._modules[module], name)

    def revive(self) -> None:
        """Begin a test; if the worker was ended, with another."""
        self._loop = None
        self._messages = 0
        self._moment = (0.0, 0)
        self.next_timer = math.inf
        if self.broken is not None:
            self._restart()

    def follow(self, loop: LeadingLoop) -> None:
        """Begin a test on `loop`: the worker begins another loop, too."""
        self.revive()
        self._loop = loop
        loop.follower = self
        self.ask(NewLoop())
        self.begin_anew()

    def describe_deadlock(self) -> str:
        """Who of the answer's tasks waits for what, as the worker draws it; empty if it is gone."""
        try:
            return str(self.ask(Describe()))[:_LONGEST_DRAWING]
        except Exception:  # noqa: BLE001 - whatever a worker says in place of a drawing
            return ""

    def close(self) -> None:
        """End the worker."""
        self._connection.end()
        self._connection.channel.close()

    def _restart(self) -> None:
        """Go on with another worker; what tests hold of the modules is looked up anew."""
        self._generation += 1
        self._connection = self._connect(1 + self._generation * 10 * MOST_EXPORTS)
        self.broken = None
        self._renumbered.clear()
        self.begin_anew()
        for module in list(self._modules):
            self.load(module)
        for number in self._origins:
            self._find_again(number)

    def current(self, number: int) -> int:
        """The number by which the present worker knows what a former one gave away."""
        return self._renumbered.get(number, number)

    def _find_again(self, number: int) -> None:
        """Let what tests found as `number` stand for what the new worker has in its place."""
        module, name = self._origins[number]
        proxy = self._proxies[number]
        with contextlib.suppress(AttributeError):
            self.heir = proxy
            self.get(self._modules[module], name)
            self._renumbered[number] = self._own_numbers[id(proxy)]

    def in_thread(self, called: Callable[[], Any]) -> Awaitable[Any]:
        """Call something of the tests' in a thread, as a thread of the worker's has asked."""
        return asyncio.get_running_loop().run_in_executor(self._threads, called)

    # What the worker says.

    def _hear(self, nonce: int, now: float) -> tuple[Message, Result]:
        """What the worker answers, and its content; what it asks meanwhile is answered."""
        while True:
            message = self._connection.channel.receive(self._rules.turn_seconds)
            self._check(message, nonce, now)
            content = self.take(message)
            if not isinstance(message, Ask):
                return message, content
            outcome = self.serve(content)
            self._connection.channel.send(
                Answer(nonce, self.now(), outcome, done=self.done(), updates=self.codec.updates())
            )

    def _check(self, message: Message, nonce: int, now: float) -> None:
        """Hold what every message says against the rules.

        Raises:
            BrokenRuleError: it breaks one.
        """
        self._messages += 1
        if self._messages > self._rules.messages:
            raise BrokenRuleError(f"sent more than {self._rules.messages} messages in one test")
        if isinstance(message, Run) or message.nonce != nonce:
            raise BrokenRuleError("spoke out of turn")
        if not math.isfinite(message.now) or message.now < now:
            raise BrokenRuleError("named a moment in the past")
        if message.now > self.now() and self._loop is not None:
            # Only a call that blocks lets time go on while a process has the turn.
            self._loop.block(BlockingCall("time.sleep", message.now - self.now(), "", 0))

    def _count_turn(self, now: float) -> None:
        moment, turns = self._moment
        self._moment = (now, turns + 1) if now == moment else (now, 0)
        if turns > self._rules.turns_at_one_moment:
            raise BrokenRuleError(
                f"had {turns} turns at {now:g} s without ever waiting for anything"
            )

    @contextlib.contextmanager
    def _watching(self, *, reraise: bool = False) -> Any:
        """End the worker when it breaks a rule, and tell everybody who waits for it."""
        if self.broken is not None:
            raise self.broken
        try:
            yield
        except BrokenRuleError as error:
            self._break(error)
            if reraise:
                raise
        except BaseException:
            # A limit of real time struck in the middle of a message.
            self._break(BrokenRuleError("was ended in the middle of a message", "time-limit"))
            raise

    def _break(self, error: BrokenRuleError) -> None:
        self.broken = error
        self.next_timer = math.inf
        self.close()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(error)
        self._waiting.clear()


def _checked_timer(claimed: float | None, now: float) -> float:
    if claimed is None:
        return math.inf
    if math.isnan(claimed):
        raise BrokenRuleError("named a moment that is none")
    return max(claimed, now)
