"""Asking a fleet that is not there."""

from __future__ import annotations

import socket

import pytest

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.standalone.address import Address
from pytest_mlinfra.fleet.standalone.client import FleetClient


def test_says_which_fleet_cannot_be_reached() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        address = Address(
            name="demo", pid=42, config="demo.toml", port=bound.getsockname()[1], token="t"
        )

        with (
            FleetClient(address) as client,
            pytest.raises(FleetError, match=r"'demo' \(process 42\) cannot be reached: .*refused"),
        ):
            client.about()
