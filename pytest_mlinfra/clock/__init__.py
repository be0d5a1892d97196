"""Exact virtual time for asyncio over real sockets, and limits of real time."""

from pytest_mlinfra.clock.limit import time_limit
from pytest_mlinfra.clock.loop import VirtualLoop
from pytest_mlinfra.clock.timekeeper import BlockingCall
from pytest_mlinfra.clock.timeline import Jump, Timeline
from pytest_mlinfra.clock.virtual import Elapsed, VirtualClock

__all__ = [
    "BlockingCall",
    "Elapsed",
    "Jump",
    "Timeline",
    "VirtualClock",
    "VirtualLoop",
    "time_limit",
]
