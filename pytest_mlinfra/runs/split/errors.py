"""What cannot be said between the two processes."""

from __future__ import annotations

from pytest_mlinfra.errors import MlinfraError


class CannotCrossError(MlinfraError):
    """A value that has no form on the wire."""
