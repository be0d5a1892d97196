"""What model servers speak: one file per protocol, each a few routes."""

from pytest_mlinfra.fleet.protocols.route import ErrorShape, ModelProtocol, Route

__all__ = ["ErrorShape", "ModelProtocol", "Route"]
