"""A leading and a following loop share one exact time, and only one of them ever runs."""

from __future__ import annotations

import asyncio
import math
import queue
import threading
from collections.abc import Coroutine
from typing import Any, Self

import pytest

from pytest_mlinfra.clock.lockstep import FollowingLoop, LeadingLoop
from pytest_mlinfra.errors import DeadlockError


class Other:
    """A follower in a thread of its own, which only ever runs while it has the turn."""

    def __init__(self, *work: Coroutine[Any, Any, Any]) -> None:
        self.next_timer = 0.0 if work else math.inf
        self.turns = 0
        self._given: queue.SimpleQueue[float | None] = queue.SimpleQueue()
        self._back: queue.SimpleQueue[float] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._live, args=(work,))
        self._is_first = True

    # What the leader asks for.

    def run(self, now: float) -> None:
        self.turns += 1
        self._given.put(now)
        self.next_timer = self._back.get(timeout=10)

    def describe_deadlock(self) -> str:
        return "the other one waits, too"

    # What the following loop asks for.

    def wait_for_turn(self, next_timer: float) -> float:
        self._back.put(next_timer)
        given = self._given.get(timeout=10)
        if given is None:
            raise SystemExit
        return given

    def _live(self, work: tuple[Coroutine[Any, Any, Any], ...]) -> None:
        first = self._given.get(timeout=10)
        loop = FollowingLoop(self, now=first or 0.0)
        tasks = [loop.create_task(each) for each in work]
        try:
            loop.run_forever()
        except SystemExit:
            for task in tasks:
                task.cancel()
            loop.leader = _Nobody()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._given.put(None)
        self._thread.join(10)


class _Nobody:
    def wait_for_turn(self, next_timer: float) -> float:
        return next_timer


def lead(test: Coroutine[Any, Any, Any], other: Other) -> Any:
    """Run `test` on a leading loop that `other` follows."""

    def new_loop() -> LeadingLoop:
        loop = LeadingLoop()
        loop.follower = other
        return loop

    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(test)


def test_time_jumps_to_the_earlier_of_both_timers() -> None:
    seen: list[tuple[str, float]] = []

    async def sleeper(name: str, *pauses: float) -> None:
        for pause in pauses:
            await asyncio.sleep(pause)
            seen.append((name, asyncio.get_running_loop().time()))

    with Other(sleeper("follower", 0.1, 0.1, 0.2)) as other:
        lead(sleeper("leader", 0.15, 0.15, 0.3), other)

    assert seen == [
        ("follower", 0.1),
        ("leader", 0.15),
        ("follower", 0.2),
        ("leader", 0.3),
        ("follower", 0.4),
        ("leader", 0.6),
    ]


def test_the_leader_s_timer_comes_first_in_a_tie() -> None:
    seen: list[str] = []

    async def tick(name: str) -> None:
        for _ in range(5):
            await asyncio.sleep(0.1)
            seen.append(name)

    with Other(tick("follower")) as other:
        lead(tick("leader"), other)

    assert seen[:9] == ["leader", "follower"] * 4 + ["leader"]


def test_what_one_sends_over_a_socket_arrives_at_the_same_moment() -> None:
    ports: list[int] = []
    times: list[float] = []

    async def ask() -> None:
        await asyncio.sleep(1)
        reader, writer = await asyncio.open_connection("127.0.0.1", ports[0])
        for _ in range(10):
            writer.write(b"?\n")
            assert await reader.readline() == b"!\n"
            times.append(asyncio.get_running_loop().time())
        writer.close()
        await writer.wait_closed()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            await asyncio.sleep(0.5)
            writer.write(b"!\n")
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        await asyncio.sleep(10)
        server.close()

    with Other(ask()) as other:
        lead(serve(), other)

    assert times == [1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0]


def test_where_neither_has_anything_to_wait_for_is_a_deadlock() -> None:
    async def wait_for_ever() -> None:
        await asyncio.get_running_loop().create_future()

    with (
        Other(wait_for_ever()) as other,
        pytest.raises(DeadlockError, match="the other one waits, too"),
    ):
        lead(wait_for_ever(), other)


def test_a_leader_without_a_follower_is_an_ordinary_virtual_loop() -> None:
    async def test() -> float:
        await asyncio.gather(asyncio.sleep(3600), asyncio.to_thread(sum, [1]))
        return asyncio.get_running_loop().time()

    with asyncio.Runner(loop_factory=LeadingLoop) as runner:
        assert runner.run(test()) == 3600


def test_time_never_goes_back() -> None:
    loop = FollowingLoop(_Nobody(), now=5.0)
    loop.move_to(4.0)

    assert loop.time() == 5.0
    loop.close()
