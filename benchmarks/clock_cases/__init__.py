"""Scenarios that take an exact time, for any event loop."""

from benchmarks.clock_cases.case import Case
from benchmarks.clock_cases.network import NETWORK
from benchmarks.clock_cases.processes import PROCESSES
from benchmarks.clock_cases.tasks import TASKS
from benchmarks.clock_cases.workers import WORKERS

CASES = (*TASKS, *NETWORK, *WORKERS, *PROCESSES)

__all__ = ["CASES", "Case"]
