from __future__ import annotations

import asyncio
import json
from typing import Any

from pytest_mlinfra.clock.blame import Blame, Standing, own_code
from pytest_mlinfra.clock.leaks.origins import Births, Origin, Origins


class Thing:
    """Something that may be closed."""

    is_closed = False


def origin_now(origins: Origins) -> Origin:
    origin = origins.here()
    assert origin is not None
    return origin


def test_the_line_to_blame_is_the_innermost_that_is_no_library_s() -> None:
    origins, found = Origins(own_code()), []

    def decode(_pairs: dict[str, Any]) -> None:
        found.append(origins.here())

    json.loads("{}", object_hook=decode)

    assert [origin.place.function for origin in found if origin] == ["decode"]


async def test_in_a_task_with_nothing_but_libraries_it_is_who_started_the_task() -> None:
    started = origin_now(Origins(own_code()))
    origins = Origins(Blame(lambda _name: Standing.LIBRARY))
    task = asyncio.current_task()
    assert task is not None

    assert origins.here() is None
    origins.remember(task, started)
    assert origins.here() == started


def test_outside_of_a_loop_nobody_is_to_blame_for_what_libraries_do() -> None:
    assert Origins(Blame(lambda _name: Standing.LIBRARY)).here() is None


def test_things_that_are_done_with_are_forgotten() -> None:
    births: Births[Thing] = Births(lambda thing: thing.is_closed)
    place, kept = origin_now(Origins(own_code())).place, Thing()
    births.add(kept, place)

    for _ in range(10_000):
        thing = Thing()
        births.add(thing, place)
        thing.is_closed = True

    assert births.left == [(kept, place)]
    assert len(births._things) < 1_000
