"""What a served fleet says of itself: to a person, to a script, to a program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.standalone.address import Address
from pytest_mlinfra.fleet.standalone.log import JsonLog, LineLog, event
from pytest_mlinfra.fleet.standalone.running import RunningFleet
from pytest_mlinfra.fleet.timeline.ticks import shown_seconds

Write = Callable[[str], None]


class PersonReporter:
    """Tells a person where each model is reached, and then of each request in a line.

    Args:
        write: takes a line without its end.
        quiet: whether to say nothing of requests.
    """

    def __init__(self, write: Write, *, quiet: bool = False) -> None:
        self._write = write
        self._quiet = quiet

    def ready(self, fleet: RunningFleet, admin: Address, offset: float) -> None:
        """Name the models and their addresses."""
        self._log = LineLog(fleet.names, offset)
        columns = max(map(len, fleet.names))
        for name in fleet.names:
            faults = ", ".join(fault.kind for fault in fleet.faults(name))
            self._write(f"{name:{columns}}  {fleet.url(name)}  {faults}".rstrip())
        if admin.authority is not None:
            self._write(f"\nClients trust it by SSL_CERT_FILE={admin.authority}")
        if admin.port is not None:
            self._write(f"\nAdmin API at http://127.0.0.1:{admin.port}")
        self._write("\nShow, break and heal it with `mlinfra fleet`; stop it with Ctrl+C\n")

    def request(self, exchange: Exchange) -> None:
        """Write its line."""
        if not self._quiet:
            self._write(self._log.line(exchange))

    def stopping(self, in_flight: int, grace: float) -> None:
        """Say what is waited for."""
        if in_flight:
            self._write(
                f"Stopping when {in_flight} in flight have ended, in {shown_seconds(grace)} "
                "at the latest; stop once more to cut them off"
            )

    def stopped(self, total: int, cut_off: int) -> None:
        """Say how it went."""
        cut = f", {cut_off} cut off" if cut_off else ""
        self._write(f"Stopped after {total} request{'' if total == 1 else 's'}{cut}")


class UrlReporter(PersonReporter):
    """Tells a script where each model is reached: a line for each, name and URL."""

    def ready(self, fleet: RunningFleet, admin: Address, offset: float) -> None:
        """Write the lines, with a tab between name and URL."""
        self._log = LineLog(fleet.names, offset)
        for name in fleet.names:
            self._write(f"{name}\t{fleet.url(name)}")

    def stopping(self, in_flight: int, grace: float) -> None:
        """Say nothing."""

    def stopped(self, total: int, cut_off: int) -> None:
        """Say nothing."""


class JsonReporter:
    """Tells a program everything: one object of JSON a line, each with an ``event``.

    Args:
        write: takes a line without its end.
        quiet: whether to say nothing of requests.
    """

    def __init__(self, write: Write, *, quiet: bool = False) -> None:
        self._write = write
        self._quiet = quiet

    def ready(self, fleet: RunningFleet, admin: Address, offset: float) -> None:
        """The event ``ready``: models with their URLs, and where the admin API is."""
        self._log = JsonLog(offset)
        models: list[dict[str, Any]] = [
            {"name": name, "url": fleet.url(name)} for name in fleet.names
        ]
        self._tell("ready", models=models, admin=msgspec.to_builtins(admin))

    def request(self, exchange: Exchange) -> None:
        """The event ``request``, when one has ended."""
        if not self._quiet:
            self._write(self._log.line(exchange))

    def stopping(self, in_flight: int, grace: float) -> None:
        """The event ``stopping``."""
        self._tell("stopping", in_flight=in_flight, grace=grace)

    def stopped(self, total: int, cut_off: int) -> None:
        """The event ``stopped``."""
        self._tell("stopped", requests=total, cut_off=cut_off)

    def _tell(self, name: str, **told: Any) -> None:
        self._write(event(name, **told))
