"""The order of one run: asks a strategy, and writes down what came of it."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from pytest_mlinfra.clock.exploration.loop import ExploringLoop
from pytest_mlinfra.clock.exploration.races.schedule import (
    Deviation,
    Hold,
    Schedule,
    Step,
    Stretch,
)
from pytest_mlinfra.clock.exploration.races.strategies import Strategy, Wait
from pytest_mlinfra.clock.exploration.ready import ReadyQueue, stepped_task

# A step that has let so many others pass runs: a task that polls must not starve it.
_PATIENCE = 400
_QUARTERS = 4


class Ran(NamedTuple):
    """A step that was run.

    Attributes:
        step: which one; None for a callback that belongs to no task.
        time: when, in virtual seconds.
        held: the tasks that were ready before it, and had to wait.
        cause: the position of the step that made it ready; None if that was an event from
            outside, or a timer.
    """

    step: Step | None
    time: float
    held: tuple[str, ...]
    cause: int | None


class StrategicSequencer:
    """Has the steps of a loop run in the order of a strategy.

    Attributes:
        ran: every step so far.
        current: the position in `ran` of the step that runs; None while a callback does.
    """

    def __init__(self, loop: ExploringLoop, strategy: Strategy, jitter: float = 0.0) -> None:
        self._loop = loop
        self._strategy = strategy
        self._jitter = jitter
        self._done: dict[str, int] = {}
        self._waits: dict[str, Wait] = {}
        self._sleeps: dict[str, int] = {}
        self._deviations: list[Deviation] = []
        self._passed_by: dict[Step, tuple[Step, ...]] = {}
        # Which step made a callback ready, by the identity of its handle.
        self._causes: dict[int, int | None] = {}
        self._cause: int | None = None
        self._turn = 0
        self._idle_since: int | None = None
        self.ran: list[Ran] = []
        self.current: int | None = None

    @property
    def schedule(self) -> Schedule:
        """How the run departed from the plain order, up to now."""
        waiting = [
            self._hold(Step(task, self._done.get(task, 0) + 1), wait)
            for task, wait in self._waits.items()
        ]
        return Schedule((*self._deviations, *waiting))

    def passed_by(self, step: Step) -> tuple[Step, ...]:
        """The steps of other tasks that `step` let pass, in their order."""
        wait = self._waits.get(step.task)
        if wait is not None and self._done.get(step.task, 0) + 1 == step.number:
            return tuple(wait.passed_by)
        return self._passed_by.get(step, ())

    def turn(self) -> None:
        """Take note that the loop is about to poll."""
        self._turn += 1
        self._cause = None

    def appended(self, handle: asyncio.Handle) -> None:
        """Take note of what made a callback ready."""
        self._causes[id(handle)] = self._cause

    def choose(self, queue: ReadyQueue) -> int | None:
        """The first step of the lowest rank; other callbacks before steps that are held."""
        waiting: list[Step] = []
        best, lowest = 0, 0.0
        has_callback = False
        for position in range(len(queue)):
            task = stepped_task(queue[position])
            if task is None:
                has_callback = True
                break
            step = self._next_step(self._loop.names.of(task))
            waiting.append(step)
            rank = self._rank(step)
            if position == 0 or rank < lowest:
                best, lowest = position, rank
            if rank <= 0:
                break
        if waiting and lowest > 0 and not has_callback and self._may_poll():
            if self._idle_since != self._turn:
                self._idle_since = self._turn
                self._loop.wait_for_workers()
                self._pass(waiting)
            return None
        self._idle_since = None
        if not waiting or (lowest > 0 and has_callback):
            self._pass(waiting)
            self._cause = self._causes.pop(id(queue[len(waiting)]), None)
            self.current = None
            return len(waiting)
        self._begin(waiting[best], waiting[:best], self._causes.pop(id(queue[best]), None))
        return best

    def _next_step(self, task: str) -> Step:
        return Step(task, self._done.get(task, 0) + 1)

    def _rank(self, step: Step) -> float:
        wait = self._waits.get(step.task) or Wait([])
        return 0 if wait.total >= _PATIENCE else self._strategy.rank(step, wait, self._done)

    def _may_poll(self) -> bool:
        """Whether there was no poll yet since every ready step is held."""
        return self._idle_since in (None, self._turn)

    def _pass(self, waiting: list[Step], by: Step | None = None) -> None:
        for step in waiting:
            wait = self._waits.setdefault(step.task, Wait([]))
            wait.total += 1
            if by is None:
                wait.turns += 1
            else:
                wait.passed_by.append(by)
                wait.turns = 0

    def _begin(self, step: Step, held: list[Step], cause: int | None) -> None:
        self._pass(held, by=step)
        self._done[step.task] = step.number
        wait = self._waits.pop(step.task, None)
        if wait is not None:
            self._deviations.append(self._hold(step, wait))
            self._passed_by[step] = tuple(wait.passed_by)
        self.current = self._cause = len(self.ran)
        names = tuple(each.task for each in held)
        self.ran.append(Ran(step, self._loop.time(), names, cause))

    @staticmethod
    def _hold(step: Step, wait: Wait) -> Hold:
        return Hold(step, wait.passed_by[-1] if wait.passed_by else None, wait.turns)

    def begin_callback(self) -> int:
        """Take the callback that runs for a step, since it is worth showing."""
        if self.current is None:
            self.current = len(self.ran)
            self.ran.append(Ran(None, self._loop.time(), (), self._cause))
        return self.current

    def created(self, task: asyncio.Task[Any], parent: asyncio.Task[Any] | None) -> None:
        """It does not matter who started which task."""

    def stretch(self, task: asyncio.Task[Any]) -> float:
        """The factor by which the sleep that `task` begins is longer."""
        if not self._jitter:
            return 1.0
        name = self._loop.names.of(task)
        sleep = Step(name, self._sleeps.get(name, 0) + 1)
        self._sleeps[name] = sleep.number
        quarters = self._strategy.stretch(sleep)
        if quarters:
            self._deviations.append(Stretch(sleep, quarters))
        return 1 + self._jitter * quarters / _QUARTERS
