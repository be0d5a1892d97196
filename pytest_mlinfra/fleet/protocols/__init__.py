"""What model servers speak: one file per protocol, each a few routes."""

from __future__ import annotations

from pytest_mlinfra.fleet.protocols.health import HealthProtocol
from pytest_mlinfra.fleet.protocols.predict import PredictProtocol
from pytest_mlinfra.fleet.protocols.route import ModelProtocol, Route

BUILT_IN: tuple[ModelProtocol, ...] = (HealthProtocol(), PredictProtocol())

__all__ = ["BUILT_IN", "HealthProtocol", "ModelProtocol", "PredictProtocol", "Route"]
