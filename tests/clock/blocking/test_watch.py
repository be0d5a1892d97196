from __future__ import annotations

import asyncio
import io
import logging
import os
import queue
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import pytest

from pytest_mlinfra.clock import VirtualLoop
from pytest_mlinfra.clock.blame import own_code
from pytest_mlinfra.clock.blocking import BlockingWatch, allow_blocking, install
from pytest_mlinfra.errors import BlockingCallError


def wait_a_little() -> None:
    time.sleep(0.5)


@pytest.fixture(autouse=True)
def _installed() -> None:
    install()


@pytest.fixture
def watch() -> Iterator[BlockingWatch]:
    watch = BlockingWatch(own_code())
    watch.start()
    yield watch
    watch.stop()


def run(function: Callable[[], object]) -> None:
    """Call `function` on a virtual loop."""

    async def program() -> None:
        function()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(program())


def test_outside_of_a_loop_anything_may_block(watch: BlockingWatch) -> None:
    subprocess.run(["true"], check=True)
    socket.getaddrinfo("localhost", 80)

    assert watch.findings == []


def test_a_message_tells_for_how_long_if_that_is_known(watch: BlockingWatch) -> None:
    run(wait_a_little)

    line = wait_a_little.__code__.co_firstlineno + 1
    assert str(watch.findings[0]) == (
        "time.sleep blocks the event loop for 0.5 s: nothing else runs meanwhile.\n"
        f"  tests/clock/blocking/test_watch.py:{line}: time.sleep(0.5)\n"
        "  Instead: await asyncio.sleep(...)"
    )


def test_blocking_may_be_allowed_around_the_call(watch: BlockingWatch) -> None:
    async def program() -> None:
        with allow_blocking():
            wait_a_little()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(program())

    assert watch.findings == []


@pytest.mark.parametrize(
    "name", ["time.sleep", "wait_a_little", f"{wait_a_little.__module__}.wait_a_little"]
)
def test_blocking_may_be_allowed_by_name(name: str) -> None:
    watch = BlockingWatch(own_code(), allow=[name])
    watch.start()
    run(wait_a_little)
    watch.stop()

    assert watch.findings == []


def test_the_latest_watch_is_told_and_then_the_one_before_again(watch: BlockingWatch) -> None:
    inner = BlockingWatch(own_code())
    inner.start()
    run(wait_a_little)
    inner.stop()

    assert len(inner.findings) == 1
    assert watch.findings == []
    run(wait_a_little)
    assert len(watch.findings) == 1


def test_a_loop_in_another_thread_is_watched_too(watch: BlockingWatch) -> None:
    thread = threading.Thread(target=run, args=[wait_a_little])
    thread.start()
    thread.join()

    assert [finding.subject for finding in watch.findings] == ["time.sleep"]


def test_a_call_that_could_not_end_is_not_made(watch: BlockingWatch) -> None:
    made: list[object] = []

    def wait_for_ever() -> None:
        made.append(threading.Event().wait())

    with pytest.raises(BlockingCallError, match=r"threading\.Event\.wait blocks the event loop"):
        run(wait_for_ever)

    assert made == []


def test_a_call_that_is_allowed_is_made(watch: BlockingWatch) -> None:
    made: list[object] = []

    def wait() -> None:
        with allow_blocking():
            made.append(threading.Event().wait(0.001))

    run(wait)

    assert made == [False]
    assert watch.findings == []


def test_log_files_may_be_opened_while_the_loop_runs(watch: BlockingWatch, tmp_path: Path) -> None:
    log = logging.getLogger("mlinfra.test")
    handler = logging.FileHandler(tmp_path / "log", delay=True)
    log.addHandler(handler)
    try:
        run(lambda: log.warning("ready"))
    finally:
        log.removeHandler(handler)
        handler.close()

    assert (tmp_path / "log").read_text() == "ready\n"
    assert watch.findings == []


def test_what_is_open_already_may_be_used(watch: BlockingWatch, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as file:
        run(lambda: file.write("ready"))

    def discard() -> None:
        with open(os.devnull, "w") as nothing:  # noqa: PTH123 - it is no path that is read
            nothing.write("x")

    run(discard)

    assert watch.findings == []


def test_a_short_wait_for_a_thread_is_no_fault(watch: BlockingWatch) -> None:
    lock, taken = threading.Lock(), threading.Event()

    def hold_for_a_moment() -> None:
        with lock:
            taken.set()
            time.sleep(0.01)

    thread = threading.Thread(target=hold_for_a_moment)
    thread.start()
    taken.wait()

    def use() -> None:
        with lock:
            pass

    run(use)
    thread.join()

    assert watch.findings == []


def test_locks_that_are_watched_are_locks(watch: BlockingWatch) -> None:
    lock = threading.Lock()

    assert isinstance(lock, threading.Lock)
    assert not lock.locked()
    with lock:
        assert lock.locked()
        assert not lock.acquire(timeout=0.001)
    assert "watched" in repr(lock)
    condition = threading.Condition(threading.RLock())
    with condition:
        condition.notify()


def test_arguments_that_make_no_sense_get_the_complaint_of_the_function_itself(
    watch: BlockingWatch,
) -> None:
    with pytest.raises(TypeError, match=r"get\(\)"):
        run(lambda: queue.Queue[int]().get(1, 2, 3))  # type: ignore[call-arg, arg-type]

    assert watch.findings == []


def test_functions_that_are_watched_do_what_they_did(watch: BlockingWatch, tmp_path: Path) -> None:
    class Reader:
        opener: Callable[..., TextIO] = open

    path = tmp_path / "text"
    path.write_text("text", encoding="utf-8")

    with Reader().opener(path) as file:
        assert isinstance(file, io.TextIOWrapper)
        assert file.read() == "text"
    assert open.__name__ == "open"
    with pytest.raises(FileNotFoundError):
        path.with_name("none").open()
