"""A loop that nothing will ever wake says who waits for what, at once."""

from __future__ import annotations

import asyncio
import re
import threading
from asyncio import TaskGroup
from collections.abc import Coroutine
from typing import Any

import anyio
import pytest
from inline_snapshot import snapshot

from pytest_mlinfra.clock import VirtualLoop
from pytest_mlinfra.errors import DeadlockError


def drawing_of(coroutine: Coroutine[Any, Any, Any]) -> str:
    """What is said of a deadlock; each place in this file is called `here`."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        main = runner.get_loop().create_task(coroutine, name="main")
        with pytest.raises(DeadlockError) as caught:
            runner.get_loop().run_until_complete(main)
    text = str(caught.value)
    assert max(map(len, text.splitlines())) <= 76
    return re.sub(r"[\w/.]*test_deadlock\.py:\d+", "here", text)


async def take_both(first: asyncio.Lock, second: asyncio.Lock) -> None:
    async with first:
        await asyncio.sleep(0.1)
        async with second:
            pass


def test_two_locks_in_two_orders() -> None:
    async def main() -> None:
        a, b = asyncio.Lock(), asyncio.Lock()
        async with TaskGroup() as group:
            group.create_task(take_both(a, b), name="left")
            group.create_task(take_both(b, a), name="right")

    assert drawing_of(main()) == snapshot("""\
at 0.1 s all 3 wait for ever

  main  main()
    at here: async with TaskGroup() as group:
    waits for left, right

  left  take_both()
    at here: async with second:
    waits for a Lock
      taken by right at here

  right  take_both()
    at here: async with second:
    waits for a Lock
      taken by left at here

in a circle: left → right → left\
""")


def test_a_lock_that_is_taken_twice() -> None:
    async def main() -> None:
        lock = asyncio.Lock()
        async with lock:
            await lock.acquire()

    assert drawing_of(main()) == snapshot("""\
at 0 s the only task waits for ever

  main  main()
    at here: await lock.acquire()
    waits for a Lock
      taken by itself at here

in a circle: main → main\
""")


def test_a_lock_that_was_never_released() -> None:
    async def main() -> None:
        lock = asyncio.Lock()
        await asyncio.create_task(lock.acquire(), name="forgetful")
        async with lock:
            pass

    assert drawing_of(main()) == snapshot("""\
at 0 s the only task waits for ever

  main  main()
    at here: async with lock:
    waits for a Lock
      taken by forgetful
      which has ended without releasing it\
""")


def test_many_workers_and_an_empty_queue() -> None:
    async def work(queue: asyncio.Queue[int]) -> None:
        while True:
            await queue.get()

    async def main() -> None:
        queue: asyncio.Queue[int] = asyncio.Queue()
        async with TaskGroup() as group:
            for number in range(50):
                group.create_task(work(queue), name=f"worker-{number}")

    assert drawing_of(main()) == snapshot("""\
at 0 s all 51 wait for ever

  main  main()
    at here: async with TaskGroup() as group:
    waits for worker-0, worker-1, worker-2 and 47 more

  worker-0, worker-1, worker-2 and 47 more  work()
    at here: await queue.get()
    waits for an item of an empty Queue\
""")


def test_items_that_nobody_reports_as_done() -> None:
    async def main() -> None:
        queue: asyncio.Queue[int] = asyncio.Queue()
        for item in range(3):
            queue.put_nowait(item)
        await queue.get()
        await queue.join()

    assert drawing_of(main()) == snapshot("""\
at 0 s the only task waits for ever

  main  main()
    at here: await queue.join()
    waits for 3 task_done() of a Queue\
""")


def test_a_full_queue() -> None:
    async def main() -> None:
        queue: asyncio.PriorityQueue[int] = asyncio.PriorityQueue(2)
        for item in range(3):
            await queue.put(item)

    assert drawing_of(main()) == snapshot("""\
at 0 s the only task waits for ever

  main  main()
    at here: await queue.put(item)
    waits for room in a full PriorityQueue of 2\
""")


def test_each_thing_of_asyncio_by_its_name() -> None:
    async def notified() -> None:
        condition = asyncio.Condition()
        async with condition:
            await condition.wait()

    async def reached() -> None:
        await asyncio.Barrier(3).wait()

    async def resolved() -> None:
        await asyncio.get_running_loop().create_future()

    async def main() -> None:
        semaphore = asyncio.Semaphore(2)
        await semaphore.acquire()
        await semaphore.acquire()
        waiting = [notified(), reached(), resolved(), semaphore.acquire()]
        await asyncio.wait([asyncio.create_task(each) for each in waiting])

    assert re.findall(r"waits for (.*)", drawing_of(main()))[1:] == snapshot(
        [
            "a Condition that nobody notifies",
            "the last at a Barrier: 1 of 3 have come",
            "a Future that nobody resolves",
            "a Semaphore",
        ]
    )


def test_tasks_that_wait_for_tasks() -> None:
    async def forever() -> None:
        await asyncio.Event().wait()

    async def shielding(task: asyncio.Task[None]) -> None:
        await asyncio.shield(task)

    async def gathering(task: asyncio.Task[None]) -> None:
        await asyncio.gather(task, asyncio.sleep(1))

    async def limiting(task: asyncio.Task[None]) -> None:
        await asyncio.wait_for(task, None)

    async def main() -> None:
        task = asyncio.create_task(forever(), name="stuck")
        async with TaskGroup() as group:
            for waiting in (shielding, gathering, limiting):
                group.create_task(waiting(task), name=waiting.__name__)

    assert drawing_of(main()) == snapshot("""\
at 1 s all 5 wait for ever

  main  main()
    at here: async with TaskGroup() as group:
    waits for limiting, gathering, shielding

  stuck  forever()
    at here: await asyncio.Event().wait()
    waits for an Event that nobody sets

  limiting  limiting()
    at here: await asyncio.wait_for(task, None)
    waits for stuck

  gathering  gathering()
    at here: await asyncio.gather(task, asyncio…
    waits for stuck

  shielding  shielding()
    at here: await asyncio.shield(task)
    waits for stuck\
""")


def test_tasks_that_await_each_other() -> None:
    async def main() -> None:
        tasks: list[asyncio.Task[None]] = []

        async def await_task(number: int) -> None:
            await tasks[number]

        tasks += [
            asyncio.create_task(await_task(1), name="a"),
            asyncio.create_task(await_task(0), name="b"),
        ]
        await tasks[0]

    assert drawing_of(main()).endswith("\n\nin a circle: a → b → a")


def test_a_connection_on_which_nobody_speaks() -> None:
    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()

    async def main() -> None:
        server = await asyncio.start_server(listen, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                await reader.readline()
            finally:
                writer.close()
                await writer.wait_closed()
                await asyncio.sleep(1)

    assert "waits for data from 127.0.0.1:" in drawing_of(main())


def test_locks_and_streams_of_anyio() -> None:
    async def main() -> None:
        send, receive = anyio.create_memory_object_stream[int](0)
        lock = anyio.Lock()

        async def send_under_lock() -> None:
            async with lock:
                await send.send(1)

        async with send, receive, anyio.create_task_group() as group:
            group.start_soon(send_under_lock, name="sender")
            await anyio.sleep(0.1)
            async with lock:
                await receive.receive()

    assert drawing_of(main()) == snapshot("""\
at 0.1 s both tasks wait for ever

  main  main()
    at here: async with lock:
    waits for a Lock
      taken by sender

  sender  send_under_lock()
    at here: await send.send(1)
    waits for room in a full memory stream\
""")


def test_a_worker_that_waits_as_well() -> None:
    lock = threading.Lock()

    def take() -> None:
        with lock:
            pass

    async def main() -> None:
        try:
            await asyncio.to_thread(take)
        finally:
            lock.release()

    lock.acquire()

    assert drawing_of(main()) == snapshot("""\
at 0 s the only task waits for ever

  main  main()
    at here: await asyncio.to_thread(take)
    waits for take()

  asyncio_0  take() in a worker
    at here: with lock:\
""")


def test_twelve_places_are_enough() -> None:
    async def main() -> None:
        functions: dict[str, Any] = {}
        source = "\n".join(f"async def f{n}(event): await event.wait()" for n in range(20))
        exec(source, functions)
        event = asyncio.Event()
        await asyncio.gather(*(functions[f"f{number}"](event) for number in range(20)))

    assert drawing_of(main()).endswith("  and 9 more tasks, in 9 other places")


def test_the_traceback_leads_to_the_line_that_waits() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner, pytest.raises(DeadlockError) as caught:
        runner.run(main())

    assert "main" in [entry.name for entry in caught.traceback]


class TestUnwinding:
    """What waits for ever is ended by cancelling it."""

    def test_it_cleans_up(self) -> None:
        cleaned = []

        async def main() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(1)
                cleaned.append(True)

        drawing_of(main())

        assert cleaned == [True]

    def test_what_goes_wrong_meanwhile_is_told_as_the_cause(self) -> None:
        async def main() -> None:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise KeyError("mine") from None

        with (
            asyncio.Runner(loop_factory=VirtualLoop) as runner,
            pytest.raises(DeadlockError) as caught,
        ):
            runner.run(main())

        assert isinstance(caught.value.__cause__, KeyError)

    def test_what_goes_on_all_the_same_fails_all_the_same(self) -> None:
        async def main() -> int:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                return 7
            return 8

        assert "main" in drawing_of(main())

    def test_what_waits_for_ever_again_is_left_alone(self) -> None:
        async def main() -> None:
            for _ in range(2):
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    continue

        assert "main" in drawing_of(main())

    def test_a_loop_without_anything_to_end_raises_at_once(self) -> None:
        loop = VirtualLoop()

        with pytest.raises(DeadlockError, match="all 0 wait"):
            loop.run_forever()

        loop.close()
