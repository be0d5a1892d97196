"""What tests put in the place of an answer's own, and what threads of the answer's call."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any
from unittest import mock

import pytest

from answering import Answerer

PIPELINE = """
    async def fetch(source):
        return [source]

    async def save(data):
        raise NotImplementedError

    async def pipeline(source):
        rows = await fetch(source)
        await save(rows)
        return len(rows)
"""


def test_a_name_of_the_module_is_replaced_and_put_back(
    answering: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = answering(PIPELINE)
    saved: list[list[str]] = []

    async def save(rows: list[str]) -> None:
        await asyncio.sleep(0.3)
        saved.append(rows)

    async def test(module: Any) -> float:
        with monkeypatch.context() as patch:
            patch.setattr(module, "save", save)
            assert await module.pipeline("s3") == 1
        with pytest.raises(NotImplementedError):
            await module.pipeline("s3")
        return asyncio.get_running_loop().time()

    assert started.run(test) == 0.3
    assert saved == [["s3"]]


def test_a_mock_sees_how_it_was_called(answering: Answerer) -> None:
    started = answering(PIPELINE)

    async def test(module: Any) -> None:
        fetch, save = mock.AsyncMock(return_value=[1, 2, 3]), mock.AsyncMock()
        with mock.patch.object(module, "fetch", fetch), mock.patch.object(module, "save", save):
            assert await module.pipeline("s3") == 3
        fetch.assert_awaited_once_with("s3")
        save.assert_awaited_once_with([1, 2, 3])
        with pytest.raises(NotImplementedError):
            await module.pipeline("s3")

    started.run(test)


def test_a_name_that_the_module_lacks_is_given_and_taken_away(answering: Answerer) -> None:
    module = answering("def shout(word):\n    print(word)\n").module
    printed: list[str] = []

    with mock.patch.object(module, "print", printed.append, create=True):
        module.shout("loud")
    module.shout("unheard")

    assert printed == ["loud"]


PROBES = """
    import asyncio

    async def run_probes(probes):
        return await asyncio.gather(*(asyncio.to_thread(probe) for probe in probes))
"""


def test_threads_of_an_answer_call_the_tests_in_threads(answering: Answerer) -> None:
    started = answering(PROBES)
    # All of them have to be inside at once, or nobody ever gets out.
    barrier = threading.Barrier(4)

    def probe() -> str:
        barrier.wait()
        time.sleep(2)
        return "up"

    def broken() -> str:
        barrier.wait()
        raise OSError("down")

    async def test(module: Any) -> None:
        loop = asyncio.get_running_loop()
        ticks: list[float] = []

        async def beat() -> None:
            while True:
                await asyncio.sleep(0.5)
                ticks.append(loop.time())

        heart = asyncio.create_task(beat())
        assert await module.run_probes([probe] * 4) == ["up"] * 4
        assert loop.time() == 2.0
        heart.cancel()
        assert ticks[:3] == [0.5, 1.0, 1.5]
        with pytest.raises(OSError, match="down"):
            await module.run_probes([broken] * 4)

    started.run(test)


HASHES = """
    import asyncio, hashlib, os, threading

    def digest(shard):
        here = threading.current_thread() is threading.main_thread(), os.getpid()
        return hashlib.sha256(shard).hexdigest()[:8], here

    async def hash_shards(shards, pool):
        loop = asyncio.get_running_loop()
        jobs = [loop.run_in_executor(pool, digest, shard) for shard in shards]
        return os.getpid(), await asyncio.gather(*jobs)
"""


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_an_answer_gets_a_pool_like_that_of_the_test(
    answering: Answerer, kind: type[ThreadPoolExecutor | ProcessPoolExecutor]
) -> None:
    started = answering(HASHES)

    async def test(module: Any) -> None:
        with kind(2) as pool:
            here, hashes = await module.hash_shards([b"a", b"b", b"c"], pool)
        assert [each for each, _ in hashes] == ["ca978112", "3e23e816", "2e7d2c03"]
        in_threads = kind is ThreadPoolExecutor
        assert all(is_main is not in_threads for _, (is_main, _) in hashes)
        assert all((pid == here) is in_threads for _, (_, pid) in hashes)

    started.run(test)


def test_what_tells_of_changes_is_called_in_order(answering: Answerer) -> None:
    started = answering("""
        import asyncio

        class Monitor:
            def __init__(self, names, *, interval=30.0, on_change=None):
                self.names, self.interval, self.on_change = names, interval, on_change

            async def __aenter__(self):
                self.task = asyncio.create_task(self.watch())
                return self

            async def __aexit__(self, *error):
                self.task.cancel()
                await asyncio.gather(self.task, return_exceptions=True)

            async def watch(self):
                while True:
                    for name in self.names:
                        try:
                            self.on_change(name, up=True)
                        except ValueError:
                            pass
                    await asyncio.sleep(self.interval)

            def summary(self):
                return {name: 1.0 for name in self.names}
    """)
    told: list[tuple[str, float]] = []

    async def test(module: Any) -> None:
        loop = asyncio.get_running_loop()

        def on_change(name: str, *, up: bool) -> None:
            told.append((name, loop.time()))
            raise ValueError(up)

        async with module.Monitor(["a", "b"], on_change=on_change) as monitor:
            await asyncio.sleep(45)
            assert monitor.summary() == {"a": 1.0, "b": 1.0}
        await asyncio.sleep(60)

    started.run(test)
    assert told == [("a", 0.0), ("b", 0.0), ("a", 30.0), ("b", 30.0)]
