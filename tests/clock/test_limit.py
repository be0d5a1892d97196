"""Limits of real time."""

from __future__ import annotations

import contextlib
import signal
import threading
import time

import pytest

from pytest_mlinfra.clock import limit, time_limit
from pytest_mlinfra.errors import TimeLimitError


def test_what_takes_too_long_is_interrupted() -> None:
    with pytest.raises(TimeLimitError) as caught, time_limit(0.02):
        time.sleep(10)

    assert caught.value.seconds == 0.02


def test_what_ends_in_time_is_left_alone() -> None:
    with time_limit(10):
        pass

    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_it_rings_again_for_what_swallows_the_first_alarm() -> None:
    def swallow_the_first() -> None:
        with time_limit(0.02):
            with contextlib.suppress(TimeLimitError):
                time.sleep(10)
            time.sleep(10)

    with pytest.raises(TimeLimitError):
        swallow_the_first()


def test_seconds_that_others_took_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()

    def others_take_half() -> float:
        return (time.monotonic() - began) / 2

    monkeypatch.setattr(limit, "seconds_starved", others_take_half)
    with pytest.raises(TimeLimitError), time_limit(0.15):
        time.sleep(10)

    assert time.monotonic() - began > 0.25


def test_an_ordinary_except_does_not_swallow_it() -> None:
    with pytest.raises(TimeLimitError), time_limit(0.02), contextlib.suppress(Exception):
        time.sleep(10)


def test_an_alarm_that_was_set_before_goes_on() -> None:
    signal.setitimer(signal.ITIMER_REAL, 60)
    try:
        with time_limit(10):
            pass
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 60
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def test_elsewhere_than_in_the_main_thread_there_is_no_limit() -> None:
    ended = []

    def run() -> None:
        with time_limit(0.01):
            time.sleep(0.03)
            ended.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()

    assert ended == [True]
