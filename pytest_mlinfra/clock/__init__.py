"""Exact virtual time for asyncio over real sockets, and limits of real time."""

from pytest_mlinfra.clock.limit import time_limit
from pytest_mlinfra.clock.loop import BlockingCall, VirtualLoop
from pytest_mlinfra.clock.virtual import Elapsed, VirtualClock

__all__ = ["BlockingCall", "Elapsed", "VirtualClock", "VirtualLoop", "time_limit"]
