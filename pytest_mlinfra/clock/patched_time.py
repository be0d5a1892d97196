"""The functions of `time`, made to follow whichever virtual loop is running.

The replacements look for a virtual loop in the calling thread and otherwise do what
the originals do. So they may stay in place for a whole session, and a module that
said ``from time import sleep`` long before any loop ran is served as well.
"""

from __future__ import annotations

import asyncio
import sys
import time

from pytest_mlinfra.clock.executors import current_pool
from pytest_mlinfra.clock.loop import BlockingCall, VirtualLoop

_NANOSECONDS = 1_000_000_000
_NAMES = (
    "monotonic",
    "monotonic_ns",
    "perf_counter",
    "perf_counter_ns",
    "sleep",
    "time",
    "time_ns",
)
_real = {name: getattr(time, name) for name in _NAMES}


def install() -> None:
    """Put the replacements in place; doing so again changes nothing."""
    functions = _Functions()
    for name in _NAMES:
        setattr(time, name, getattr(functions, name))


def uninstall() -> None:
    """Put the originals back."""
    for name, function in _real.items():
        setattr(time, name, function)


def _virtual_loop() -> VirtualLoop | None:
    """The virtual loop that runs in this thread, or that this thread works for."""
    loop: object = asyncio._get_running_loop()  # noqa: SLF001 - gives None instead of raising
    if loop is None:
        pool = current_pool()
        loop = pool.loop if pool else None
    return loop if isinstance(loop, VirtualLoop) else None


class _Functions:
    """The replacements, to be used as bound methods.

    Plain functions would turn into methods where somebody keeps one as a class
    attribute (``clock = time.monotonic``); built-in functions and bound methods do not.
    """

    def monotonic(self) -> float:
        loop = _virtual_loop()
        return loop.time() if loop else _real["monotonic"]()

    def perf_counter(self) -> float:
        loop = _virtual_loop()
        return loop.time() if loop else _real["perf_counter"]()

    def time(self) -> float:
        loop = _virtual_loop()
        return loop.epoch + loop.time() if loop else _real["time"]()

    def monotonic_ns(self) -> int:
        loop = _virtual_loop()
        return round(loop.time() * _NANOSECONDS) if loop else _real["monotonic_ns"]()

    def perf_counter_ns(self) -> int:
        loop = _virtual_loop()
        return round(loop.time() * _NANOSECONDS) if loop else _real["perf_counter_ns"]()

    def time_ns(self) -> int:
        loop = _virtual_loop()
        return round((loop.epoch + loop.time()) * _NANOSECONDS) if loop else _real["time_ns"]()

    def sleep(self, seconds: float) -> None:
        pool = current_pool()
        loop = _virtual_loop()
        if loop is None or seconds < 0:
            _real["sleep"](seconds)
        elif pool is not None:
            pool.sleep(seconds)
        else:
            caller = sys._getframe(1)  # noqa: SLF001 - the one way to know the caller
            path, line = caller.f_code.co_filename, caller.f_lineno
            loop.block(BlockingCall("time.sleep", seconds, path, line))
