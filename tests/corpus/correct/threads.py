"""Work of threads, handed over in every way that asyncio has."""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor


def wait_and_add(first: int, second: int) -> int:
    time.sleep(0.01)
    return first + second


async def program(url: str) -> None:
    loop = asyncio.get_running_loop()
    assert await asyncio.gather(*(asyncio.to_thread(wait_and_add, n, 1) for n in range(5))) == [
        1,
        2,
        3,
        4,
        5,
    ]
    with ThreadPoolExecutor(2) as pool:
        jobs = [loop.run_in_executor(pool, wait_and_add, n, n) for n in range(4)]
        assert await asyncio.gather(*jobs) == [0, 2, 4, 6]
        context = contextvars.copy_context()
        assert await asyncio.wrap_future(pool.submit(context.run, abs, -1)) == 1

    # A thread of one's own that answers through the loop.
    answers: asyncio.Queue[int] = asyncio.Queue()
    questions: queue.Queue[int | None] = queue.Queue()

    def serve() -> None:
        while (question := questions.get()) is not None:
            loop.call_soon_threadsafe(answers.put_nowait, question * 2)

    thread = threading.Thread(target=serve)
    thread.start()
    questions.put(4)
    assert await answers.get() == 8
    questions.put(None)
    await asyncio.to_thread(thread.join)
