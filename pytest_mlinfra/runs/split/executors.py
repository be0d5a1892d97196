"""Pools that a test hands to an answer: the answer gets one like it, where it runs.

Functions of the answer's cannot run in a pool of the tests', and must not.
"""

from __future__ import annotations

from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor

from pytest_mlinfra.errors import BrokenRuleError

EXECUTORS = (ThreadPoolExecutor, ProcessPoolExecutor)
_MOST_WORKERS = 64


class Executors:
    """The pools of one test."""

    def __init__(self) -> None:
        self._given: list[Executor] = []
        self._made: dict[int, Executor] = {}

    def described(self, pool: ThreadPoolExecutor | ProcessPoolExecutor) -> tuple[int, bool, int]:
        """The number of a pool of this side's, whether it has processes, and how many workers."""
        if not any(each is pool for each in self._given):
            self._given.append(pool)
        number = next(index for index, each in enumerate(self._given) if each is pool)
        workers: int = vars(pool)["_max_workers"]
        return number, isinstance(pool, ProcessPoolExecutor), workers

    def like(self, number: int, workers: int, *, has_processes: bool) -> Executor:
        """A pool like the one that the other side has given that number.

        Raises:
            BrokenRuleError: it makes no sense.
        """
        if not 0 < workers <= _MOST_WORKERS:
            raise BrokenRuleError(f"described a pool of {workers} workers")
        if number not in self._made:
            kind = ProcessPoolExecutor if has_processes else ThreadPoolExecutor
            self._made[number] = kind(workers)
        return self._made[number]

    def close(self) -> None:
        """End the pools that were made here."""
        for pool in self._made.values():
            pool.shutdown(wait=False, cancel_futures=True)
        self._made.clear()
        self._given.clear()
