"""What came of one run under one schedule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pytest_mlinfra.clock.exploration.races.schedule import Schedule, Step
from pytest_mlinfra.clock.exploration.races.sequencer import Ran, StrategicSequencer
from pytest_mlinfra.clock.exploration.races.watching import Footprint


@dataclass(frozen=True)
class Outcome:
    """What came of one run.

    Attributes:
        error: what it failed with, if it failed.
        schedule: how it departed from the plain order.
        ran: its steps, in their order.
        footprints: what they did, by their position; empty unless it was watched.
    """

    error: BaseException | None
    schedule: Schedule
    ran: Sequence[Ran]
    passed_by: Callable[[Step], tuple[Step, ...]]
    footprints: Mapping[int, Footprint] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        sequencer: StrategicSequencer,
        error: BaseException | None,
        footprints: Mapping[int, Footprint],
    ) -> Outcome:
        """The outcome of a run in the order of `sequencer`."""
        schedule, ran = sequencer.schedule, sequencer.ran
        return cls(error, schedule, ran, sequencer.passed_by, footprints)

    def fails_like(self, other: Outcome) -> bool:
        """Whether both failed, and with an error of the same kind."""
        return self.error is not None and type(self.error) is type(other.error)
