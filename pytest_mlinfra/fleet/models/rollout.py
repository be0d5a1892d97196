"""How the deployment of a model goes, by the clock."""

from __future__ import annotations

from typing import Literal

import msgspec

from pytest_mlinfra.errors import ModelError


class Rollout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes of a deployment, and how long that takes.

    Attributes:
        accepted: seconds from the request until work begins.
        progressing: seconds of work.
        outcome: how it ends.
        rolling_back: seconds that a rollback takes.
        reason: what a deployment that does not end well says about it.

    Raises:
        ModelError: a time is below 0.
    """

    accepted: float = 0.5
    progressing: float = 1.5
    outcome: Literal["deployed", "failed", "rolled back"] = "deployed"
    rolling_back: float = 1.0
    reason: str = "its health checks failed"

    def __post_init__(self) -> None:
        for name in ("accepted", "progressing", "rolling_back"):
            if getattr(self, name) < 0:
                raise ModelError(f"{name!r} must be at least 0 seconds")
