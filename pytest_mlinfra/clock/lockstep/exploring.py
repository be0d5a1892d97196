"""The leading loop, with a say in the order in which its own ready steps run."""

from __future__ import annotations

from pytest_mlinfra.clock.exploration.loop import ExploringLoop
from pytest_mlinfra.clock.lockstep.leading import LeadingLoop


class LeadingExploringLoop(LeadingLoop, ExploringLoop):
    """Leads a follower, and explores what its own tasks do; the follower's are left alone."""
