"""From a file to a fleet that is served until somebody stops it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Iterator
from typing import Protocol

from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.standalone.address import Address
from pytest_mlinfra.fleet.standalone.admin_server import AdminServer
from pytest_mlinfra.fleet.standalone.config import FleetConfig
from pytest_mlinfra.fleet.standalone.running import RunningFleet

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Listener(Protocol):
    """Is told what happens to a fleet while it is served."""

    def ready(self, fleet: RunningFleet, admin: Address, offset: float) -> None:
        """Every port is open.

        Args:
            fleet: the fleet.
            admin: where it can be asked.
            offset: what to add to the loop's time for the time of day, in seconds.
        """
        ...

    def request(self, exchange: Exchange) -> None:
        """A request has ended."""
        ...

    def stopping(self, in_flight: int, grace: float) -> None:
        """It was told to stop, and waits for so many requests for so many seconds at most."""
        ...

    def stopped(self, total: int, cut_off: int) -> None:
        """It has stopped, after so many requests, of which so many were cut off."""
        ...


async def serve(config: FleetConfig, listener: Listener) -> int:
    """Serve a fleet until a signal or the admin API stops it.

    On the first SIGINT or SIGTERM requests in flight may finish, as long as the file's
    ``grace`` allows; on the second they are cut off.

    Args:
        config: what to serve.
        listener: whom to tell.

    Returns:
        How many requests were cut off.

    Raises:
        FleetError: a port cannot be opened, or a fleet of that name is running.
    """
    loop = asyncio.get_running_loop()
    stop, hurry = asyncio.Event(), asyncio.Event()
    fleet = RunningFleet(config)
    admin = AdminServer(fleet, stop.set)
    with _signals(loop, stop, hurry):
        try:
            await fleet.start()
            address = await admin.start()
            fleet.journal.watch(lambda each: _tell_of_end(listener, each))
            listener.ready(fleet, address, time.time() - loop.time())
            await stop.wait()
            listener.stopping(fleet.in_flight, config.fleet.grace)
            await _stop(fleet, config.fleet.grace, hurry)
            listener.stopped(fleet.journal.total, fleet.cut_off)
            return fleet.cut_off
        finally:
            await fleet.stop()
            await admin.stop()


def _tell_of_end(listener: Listener, exchange: Exchange) -> None:
    if exchange.ended is not None:
        listener.request(exchange)


async def _stop(fleet: RunningFleet, grace: float, hurry: asyncio.Event) -> None:
    """Stop the fleet within `grace` seconds, or as soon as somebody is in a hurry."""
    stopping = asyncio.ensure_future(fleet.stop(grace))
    hurrying = asyncio.ensure_future(hurry.wait())
    await asyncio.wait((stopping, hurrying), return_when=asyncio.FIRST_COMPLETED)
    hurrying.cancel()
    if not stopping.done():
        stopping.cancel()
        await asyncio.wait([stopping])
        await fleet.stop()


@contextlib.contextmanager
def _signals(
    loop: asyncio.AbstractEventLoop, stop: asyncio.Event, hurry: asyncio.Event
) -> Iterator[None]:
    """Let the first signal ask to stop, and the next one to hurry."""

    def handle() -> None:
        (hurry if stop.is_set() else stop).set()

    before = {}
    for each in _SIGNALS:
        try:
            loop.add_signal_handler(each, handle)
        except NotImplementedError:
            # Windows: there the signal's own handler hands over to the loop.
            before[each] = signal.signal(
                each, lambda _number, _frame: loop.call_soon_threadsafe(handle)
            )
    try:
        yield
    finally:
        for each in _SIGNALS:
            if each in before:
                signal.signal(each, before[each])
            else:
                loop.remove_signal_handler(each)
