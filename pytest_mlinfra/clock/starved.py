"""How long a process was ready to run while others had the processors.

On a busy machine a program that would have ended long ago has hardly begun. Limits of
real time leave such seconds out, so that a verdict does not depend on what else runs.
"""

from __future__ import annotations

import os

_NANOSECOND = 1e-9
_MOST_TEXT = 128


def seconds_starved(pid: int | None = None) -> float:
    """The seconds that the main thread of a process has waited for a processor so far.

    Linux counts them (`Documentation/scheduler/sched-stats.rst` of the kernel); 0 where
    nobody does, or where there is no such process.

    Args:
        pid: the process; None for this one.
    """
    # A signal handler asks, too: nothing here is looked at as a call that blocks.
    try:
        descriptor = os.open(f"/proc/{pid or os.getpid()}/schedstat", os.O_RDONLY)
        try:
            figures = os.read(descriptor, _MOST_TEXT).split()
        finally:
            os.close(descriptor)
    except OSError:
        return 0
    return int(figures[1]) * _NANOSECOND if len(figures) > 1 else 0
