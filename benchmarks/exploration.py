"""Exploring schedules: what it costs, what it finds, and whether it ever cries wolf.

The programs are those of the tests: races that asyncio's plain order hides, each with a
clean look-alike, and further correct programs, some of them with real HTTP.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import time
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from pytest_mlinfra.clock.exploration import explore
from pytest_mlinfra.clock.exploration.races.sequencer import StrategicSequencer
from pytest_mlinfra.clock.exploration.races.strategies import Shuffle
from pytest_mlinfra.clock.exploration.running import Scenario, fresh_loop

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))
from corpus_of import corpus_of

SEEDS = 50
ROUNDS = 15
HTTP_ROUNDS = 3
WITHIN = 10
# How often the peers, which draw lots, may try to find each race within ten runs.
DRAWS = 20
RUNS = 10_000
# One in so many of these runs talks HTTP.
HTTP_SHARE = 10
# The longest random sleep, in virtual seconds: longer than any step takes.
NOISE = 0.01
_STEPS = 3

Program = Callable[[], Coroutine[Any, Any, object]]


def main() -> str:
    """The figures, as lines of text."""
    # Some programs fail on purpose, and asyncio would say so.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    races = corpus_of("races")
    return "\n".join([*_costs(), "", *_finds(races), "", *_alarms(races)])


async def two_tasks() -> None:
    """The smallest program worth exploring."""
    total = 0

    async def work() -> None:
        nonlocal total
        for _ in range(_STEPS):
            await asyncio.sleep(0)
            total += 1

    await asyncio.gather(work(), work())
    assert total == 2 * _STEPS


def _costs() -> list[str]:
    explored, repeated = [], []
    for _ in range(ROUNDS):
        explored.append(_seconds(lambda: explore(two_tasks, seeds=SEEDS)))
        repeated.append(_seconds(lambda: [asyncio.run(two_tasks()) for _ in range(SEEDS)]))
    http = next(each for each in corpus_of("programs") if each.__name__.endswith("http_together"))
    over_http = [_seconds(lambda: explore(http.program, seeds=SEEDS)) for _ in range(HTTP_ROUNDS)]
    # The best of all rounds: other programs can only make it longer.
    ours, peer, http_s = min(explored), min(repeated), min(over_http)
    ratio = ours / peer
    return [
        f"{SEEDS} seeds of a program of two tasks    {ours * 1e3:8.1f} ms (bar: 20)",
        f"the same {SEEDS} times with asyncio.run    {peer * 1e3:8.1f} ms, {ratio:.1f} times faster",
        f"{SEEDS} seeds of five requests over HTTP   {http_s * 1e3:8.0f} ms (bar: 2000)",
    ]


def _finds(races: list[ModuleType]) -> list[str]:
    untimed = [each for each in races if not hasattr(each, "JITTER")]
    ours = sum(_is_found(partial(explore, race.faulty, seeds=WITHIN)) for race in untimed)
    lines = [f"planted races found within {WITHIN} runs, of {len(untimed)}:"]
    lines.append(f"  explore                               {ours:5.1f}")
    peers: list[tuple[str, Callable[[Program, int], None]]] = [
        ("any ready step next, drawn by lot", _run_shuffled),
        ("a random sleep before each sleep", _run_with_noise),
    ]
    for name, run in peers:
        found = sum(
            _is_found(partial(_repeat, run, race.faulty, draw))
            for draw in range(DRAWS)
            for race in untimed
        )
        lines.append(f"  {name:37} {found / DRAWS:5.1f} (mean of {DRAWS})")
    return lines


def _alarms(races: list[ModuleType]) -> list[str]:
    correct = [race.clean for race in races] + [each.program for each in corpus_of("programs")]
    http = [each for each in correct if "http" in each.__module__]
    quiet = [each for each in correct if "http" not in each.__module__]
    runs = alarms = 0
    started = time.perf_counter()
    for programs, share in ((http, RUNS // HTTP_SHARE), (quiet, RUNS - RUNS // HTTP_SHARE)):
        seeds = -(-share // len(programs))
        for program in programs:
            runs += seeds
            alarms += _is_found(partial(explore, program, seeds=seeds))
    seconds = time.perf_counter() - started
    return [
        f"{runs} explored runs of {len(correct)} correct programs, {len(http)} of them with HTTP:",
        f"  {alarms} false alarms, in {seconds:.0f} s",
    ]


def _is_found(search: Callable[[], object]) -> bool:
    try:
        search()
    except Exception:  # noqa: BLE001 - whatever a program fails with
        return True
    return False


def _repeat(run: Callable[[Program, int], None], program: Program, draw: int) -> None:
    for number in range(WITHIN):
        run(program, draw * WITHIN + number)


def _run_shuffled(program: Program, seed: int) -> None:
    with fresh_loop() as loop:
        strategy = Shuffle(random.Random(seed), 1.0)  # noqa: S311 - to be repeated
        with loop.following(StrategicSequencer(loop, strategy)):
            loop.run_until_complete(Scenario(program).start(()))


def _run_with_noise(program: Program, seed: int) -> None:
    generator, sleep = random.Random(seed), asyncio.sleep  # noqa: S311 - to be repeated

    async def noisy(delay: float, result: Any = None) -> Any:
        await sleep(generator.random() * NOISE)
        return await sleep(delay, result)

    asyncio.sleep = noisy
    try:
        with fresh_loop() as loop:
            loop.run_until_complete(program())
    finally:
        asyncio.sleep = sleep


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


if __name__ == "__main__":
    print(main())
