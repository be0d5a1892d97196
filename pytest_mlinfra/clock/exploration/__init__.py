"""Many runs of one program: in other orders of its steps, or cancelled at each await."""

from pytest_mlinfra.clock.exploration.cancellation.cancel import (
    cancel_everywhere,
    check_at_most,
    module_names,
)
from pytest_mlinfra.clock.exploration.cancellation.points import Point
from pytest_mlinfra.clock.exploration.cancellation.search import Cancellations
from pytest_mlinfra.clock.exploration.races.explore import check_numbers, explore
from pytest_mlinfra.clock.exploration.races.schedule import Schedule
from pytest_mlinfra.clock.exploration.races.search import Exploration

__all__ = [
    "Cancellations",
    "Exploration",
    "Point",
    "Schedule",
    "cancel_everywhere",
    "check_at_most",
    "check_numbers",
    "explore",
    "module_names",
]
