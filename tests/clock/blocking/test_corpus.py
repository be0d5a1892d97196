"""Every planted call that blocks the loop is found, and none of its look-alikes is."""

from __future__ import annotations

from corpus_checks import PlantedFaults, each_of


@each_of("blocking")
class TestCallsThatBlock(PlantedFaults):
    """Whatever makes a loop wait, with all that runs on it."""
