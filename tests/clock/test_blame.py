from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from pathlib import Path
from typing import Any

from pytest_mlinfra.clock.blame import (
    Blame,
    Trail,
    is_library,
    only,
    own_code,
    step_of,
    suspended_frames,
)

HERE = Path(__file__)


class Asking:
    """Looks for who is to blame as soon as a library calls it."""

    def __init__(self, blame: Blame) -> None:
        self.blame = blame
        self.names: list[str] = []

    def __call__(self, found: dict[str, Any]) -> dict[str, Any]:
        # This frame is the tool's own, so it is left out.
        frame = sys._getframe(1)
        trail = self.blame.trail(frame)
        self.names = [each.f_code.co_name for each in trail.libraries]
        self.culprit = trail.culprit.f_code.co_name if trail.culprit else None
        self.is_exempt = trail.is_exempt
        return found


def careless(asking: Asking) -> None:
    json.loads('{"a": 1}', object_hook=asking)


def test_whoever_calls_a_library_is_to_blame_for_what_it_does() -> None:
    asking = Asking(own_code())

    careless(asking)

    assert asking.names == ["raw_decode", "decode", "loads"]
    assert asking.culprit == "careless"


def test_of_some_files_only_their_lines_are_to_blame() -> None:
    blame = only([HERE], tests=lambda path: False)

    assert blame.owns(careless.__code__)
    assert not blame.owns(json.loads.__code__)


def test_a_test_that_is_exempt_shields_whoever_called_it() -> None:
    asking = Asking(only([Path("answer.py")], tests=lambda path: path == HERE))

    careless(asking)

    assert asking.culprit is None
    assert asking.is_exempt


async def test_nobody_outside_of_the_running_step_is_to_blame() -> None:
    seen: list[Trail] = []
    blame = only([], tests=lambda path: False)

    def callback() -> None:
        seen.append(blame.trail(sys._getframe()))

    asyncio.get_running_loop().call_soon(callback)
    await asyncio.sleep(0)

    assert [frame.f_code.co_name for frame in seen[0].libraries] == ["callback"]
    assert seen[0].culprit is None
    assert not seen[0].is_exempt


async def test_every_step_of_a_loop_has_a_frame_of_its_own() -> None:
    first = step_of(sys._getframe())
    same = step_of(sys._getframe())
    await asyncio.sleep(0)

    assert first is not None
    assert same is first
    assert step_of(sys._getframe()) is not first


def test_outside_of_a_loop_there_is_no_step() -> None:
    assert step_of(sys._getframe()) is None


def test_libraries_are_told_from_the_code_under_test() -> None:
    for library in (json.__file__, asyncio.__file__, "<frozen importlib._bootstrap>", "<string>"):
        assert is_library(library)
    assert not is_library(__file__)


async def test_a_suspended_coroutine_is_followed_down_to_what_it_waits_for() -> None:
    async def inner() -> None:
        await asyncio.sleep(10)

    @contextlib.asynccontextmanager
    async def outer() -> Any:
        await inner()
        yield

    async def program() -> None:
        async with outer():
            pass

    task = asyncio.create_task(program())
    await asyncio.sleep(0)

    names = [frame.f_code.co_name for frame in suspended_frames(task.get_coro())]

    assert names == ["program", "__aenter__", "outer", "inner", "sleep"]
    task.cancel()
    await asyncio.wait([task])
