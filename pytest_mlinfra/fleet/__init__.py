"""Fake model servers that real HTTP clients can talk to, and what the servers saw."""

from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.faults import Fault, Hang, Latency, Reset, Status
from pytest_mlinfra.fleet.fleet import ModelFleet
from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.journal import Journal
from pytest_mlinfra.fleet.model import Model, Models
from pytest_mlinfra.fleet.protocols import ModelProtocol, Route
from pytest_mlinfra.fleet.server import ModelServer

__all__ = [
    "Exchange",
    "Fault",
    "Hang",
    "Journal",
    "Latency",
    "Model",
    "ModelFleet",
    "ModelProtocol",
    "ModelServer",
    "Models",
    "Request",
    "Reset",
    "Response",
    "Route",
    "Status",
]
