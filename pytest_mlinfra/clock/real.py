"""The machine's own time, whatever has taken its place in `time`.

To be imported before anything is replaced.
"""

from __future__ import annotations

from time import monotonic, monotonic_ns, perf_counter, perf_counter_ns, sleep, time, time_ns

__all__ = [
    "monotonic",
    "monotonic_ns",
    "perf_counter",
    "perf_counter_ns",
    "sleep",
    "time",
    "time_ns",
]
