"""The exact cases, under load: on our loop, on looptime's and on the wall clock.

Each case takes a time that is known exactly; any other is a wrong verdict. Ours runs while
every core is kept busy. Looptime, of the extra ``peers``, gets one process per case on a
quiet machine, and 10 s; where it is not installed its column stays empty. On the wall clock
only what takes up to a second is run, and 50 ms more than it should is still called right.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.util
import logging
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from benchmarks.clock_cases import CASES, Case
from pytest_mlinfra.clock import VirtualLoop

REPEATS = 1000
# Real seconds after which a case of ours gets no further repeat.
PATIENCE = 5.0
PEER_REPEATS = 20
PEER_PATIENCE = 10.0
LONGEST_ON_THE_WALL = 1.0
TOLERANCE = 0.05

MakeLoop = Callable[[], asyncio.AbstractEventLoop]


@dataclass(frozen=True)
class Tally:
    """What came of repeating one case.

    Attributes:
        repeats: how often it was run.
        wrong: how often it took another time than it has to, or failed.
        seconds: real seconds of a run, the median.
        error: how it failed the first time, if it did.
    """

    repeats: int
    wrong: int
    seconds: float
    error: str = ""

    def __str__(self) -> str:
        why = f" ({self.error})" if self.error else ""
        return f"{self.wrong} of {self.repeats} wrong{why}"


def main() -> str:
    """The table, as lines of text."""
    # Some cases fail on purpose, and asyncio would say so.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")
    has_peer = importlib.util.find_spec("looptime") is not None
    peer = {case: of_looptime(case) if has_peer else "" for case in CASES}
    wall = {case: _on_the_wall(case) for case in CASES}
    with _load():
        ours = {case: tally(case, VirtualLoop, REPEATS, PATIENCE) for case in CASES}
    width = max(len(case.name) for case in CASES)
    head = f"{'case':{width}} {'takes s':>8} {'ms':>6}  {'ours':20} {'wall clock':16} looptime"
    lines = [head]
    for case in CASES:
        tallied = ours[case]
        lines.append(
            f"{case.name:{width}} {case.seconds:8g} {tallied.seconds * 1e3:6.1f}  "
            f"{tallied!s:20} {wall[case]:16} {peer[case]}".rstrip()
        )
    runs, wrong = (sum(getattr(each, name) for each in ours.values()) for name in _COUNTS)
    right = sum(each.startswith("0 of ") for each in peer.values())
    lines += ["", f"ours: {wrong} wrong in {runs} runs of {len(CASES)} cases"]
    if has_peer:
        lines.append(f"looptime: {right} of {len(CASES)} cases right each time")
    return "\n".join(lines)


_COUNTS = ("repeats", "wrong")


def tally(
    case: Case, make_loop: MakeLoop, repeats: int, patience: float, tolerance: float = 0.0
) -> Tally:
    """Repeat a case, each time on a loop of its own."""
    taken: list[float] = []
    wrong, error = 0, ""
    ends = time.perf_counter() + patience
    while len(taken) < repeats and (not taken or time.perf_counter() < ends):
        started = time.perf_counter()
        try:
            with asyncio.Runner(loop_factory=make_loop) as runner:
                seconds = runner.run(case.measure())
            wrong += abs(seconds - case.seconds) > tolerance
        except BaseException as failure:
            if isinstance(failure, KeyboardInterrupt):
                raise
            wrong += 1
            error = error or type(failure).__name__
        taken.append(time.perf_counter() - started)
    return Tally(len(taken), wrong, statistics.median(taken), error)


def of_looptime(case: Case) -> str:
    """What looptime's loop makes of a case, in a process that may hang."""
    command = [sys.executable, "-m", "benchmarks.clock", str(CASES.index(case))]
    try:
        ended = subprocess.run(  # noqa: PLW1510 - its output tells
            command, capture_output=True, text=True, timeout=PEER_PATIENCE
        )
    except subprocess.TimeoutExpired:
        return "hangs"
    last = ended.stdout.strip().splitlines()[-1:]
    return last[0] if last else f"ends the process with {ended.returncode}"


def _tell_of_looptime(number: int) -> None:
    looptime: Any = importlib.import_module("looptime")

    def make_loop() -> asyncio.AbstractEventLoop:
        loop = looptime.new_event_loop(start=0)
        loop.setup_looptime(start=0, _enabled=True)
        return cast("asyncio.AbstractEventLoop", loop)

    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")
    print(tally(CASES[number], make_loop, PEER_REPEATS, PEER_PATIENCE / 2), flush=True)
    # Threads that wait for ever are not waited for.
    os._exit(0)


def _on_the_wall(case: Case) -> str:
    if case.seconds > LONGEST_ON_THE_WALL:
        return "too long"
    return str(tally(case, asyncio.new_event_loop, 1, 1.0, TOLERANCE))


@contextlib.contextmanager
def _load() -> Iterator[None]:
    """Keep every core busy while the body runs."""
    spin = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(os.cpu_count() or 1)]
    for process in spin:
        process.start()
    try:
        yield
    finally:
        for process in spin:
            process.terminate()
            process.join()


def _spin() -> None:
    while True:
        pass


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _tell_of_looptime(int(sys.argv[1]))
    else:
        print(main())
