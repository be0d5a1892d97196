"""One virtual time for two processes, of which only one runs at any moment.

The leader owns the clock. When it has nothing left to do, the follower gets a turn at
the same moment; when the follower has nothing left to do either, time jumps to the
earlier of their two next timers. The leader's timers come first, so ties have one order.
"""

from pytest_mlinfra.clock.lockstep.following import FollowingLoop, Leader
from pytest_mlinfra.clock.lockstep.leading import Follower, LeadingLoop

__all__ = ["Follower", "FollowingLoop", "Leader", "LeadingLoop"]
