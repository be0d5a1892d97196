"""Every planted thing that is left behind is found, and none of its look-alikes is."""

from __future__ import annotations

from corpus_checks import PlantedFaults, each_of


@each_of("leaks")
class TestWhatIsLeftBehind(PlantedFaults):
    """Whatever a program makes and puts no end to."""
