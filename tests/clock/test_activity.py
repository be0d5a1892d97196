"""What threads and processes are doing, as far as this system tells."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pytest_mlinfra.clock import activity
from pytest_mlinfra.clock.activity import Activity, Observer

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/syscall").exists(), reason="this system does not tell"
)


@pytest.fixture
def observer() -> Observer:
    return Observer(lambda: time.sleep(0.001))


def eventually(look: Callable[[], Activity], expected: Activity) -> bool:
    """Whether `look` finds what is expected within 10 s: what has been started takes a while."""
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        if look() is expected:
            return True
    return False


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def thread_that(does: Callable[[], object]) -> int:
    thread = threading.Thread(target=does, daemon=True)
    thread.start()
    assert thread.native_id is not None
    return thread.native_id


def test_a_thread_that_computes_runs(observer: Observer, stop: threading.Event) -> None:
    def compute() -> None:
        while not stop.is_set():
            pass

    number = thread_that(compute)

    assert {observer.of_thread(number) for _ in range(50)} == {Activity.RUNNING}


def test_a_thread_that_waits_for_another_waits(observer: Observer, stop: threading.Event) -> None:
    number = thread_that(stop.wait)

    assert eventually(lambda: observer.of_thread(number), Activity.WAITING)
    assert observer.of_thread(number) is Activity.WAITING


def test_a_thread_that_was_woken_waits_no_longer(observer: Observer, stop: threading.Event) -> None:
    lock = threading.Lock()
    lock.acquire()

    def work() -> None:
        lock.acquire()
        while not stop.is_set():
            pass

    number = thread_that(work)
    assert eventually(lambda: observer.of_thread(number), Activity.WAITING)
    lock.release()

    assert observer.of_thread(number) is Activity.RUNNING


@pytest.mark.parametrize("seconds", [5.0])
def test_a_thread_that_waits_for_a_while_is_elsewhere(
    observer: Observer, stop: threading.Event, seconds: float
) -> None:
    number = thread_that(lambda: stop.wait(seconds))

    assert eventually(lambda: observer.of_thread(number), Activity.ELSEWHERE)


def test_of_a_thread_that_has_ended_nothing_is_known(observer: Observer) -> None:
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    assert thread.native_id is not None

    assert eventually(lambda: observer.of_thread(thread.native_id or 0), Activity.UNKNOWN)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("input()", Activity.WAITING),
        ("import time; time.sleep(60)", Activity.ELSEWHERE),
        ("while True: pass", Activity.RUNNING),
        ("import asyncio; asyncio.run(asyncio.Event().wait())", Activity.WAITING),
        ("import subprocess; subprocess.run('cat')", Activity.WAITING),
        ("import subprocess; subprocess.run(['sleep', '60'])", Activity.ELSEWHERE),
    ],
)
def test_a_process_does_what_it_and_its_children_do(
    observer: Observer, program: str, expected: Activity
) -> None:
    with subprocess.Popen(
        [sys.executable, "-S", "-c", program], stdin=subprocess.PIPE, process_group=0
    ) as process:
        # It has to get there first.
        time.sleep(0.05)
        try:
            assert eventually(lambda: observer.of_process(process.pid), expected)
        finally:
            subprocess.run(["kill", "-9", "--", f"-{process.pid}"], check=True)


def test_where_the_system_does_not_tell_nothing_is_known(
    observer: Observer, stop: threading.Event, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(activity, "_PROC", str(tmp_path))

    number = thread_that(stop.wait)

    assert eventually(lambda: observer.of_thread(number), Activity.UNKNOWN)
    assert observer.of_process(1) is Activity.UNKNOWN
