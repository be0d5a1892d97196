"""Programs: they hold the clock while they run, and not while they wait for their input."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE

import pytest

from pytest_mlinfra.clock import VirtualClock


async def test_a_program_takes_no_virtual_time(virtual_clock: VirtualClock) -> None:
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(1)", stdout=PIPE)
    output, _ = await asyncio.wait_for(program.communicate(), 0.001)

    assert output == b"1\n"
    assert virtual_clock.now == 0


async def test_so_does_one_that_sleeps_for_less_than_anybody_waits(
    virtual_clock: VirtualClock,
) -> None:
    program = await asyncio.create_subprocess_exec("sleep", "0.05")

    assert await asyncio.wait_for(program.wait(), 10) == 0
    assert virtual_clock.now == 0


async def test_one_that_sleeps_for_longer_is_given_up_on(virtual_clock: VirtualClock) -> None:
    program = await asyncio.create_subprocess_shell("sleep 60; true")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(program.wait(), 0.05)
    program.kill()
    await program.wait()

    assert virtual_clock.now == 0.05


async def test_a_program_and_its_children_that_wait_do_not_hold_the_clock(
    virtual_clock: VirtualClock,
) -> None:
    program = await asyncio.create_subprocess_shell(
        "cat | cat | cat; true", stdin=PIPE, stdout=PIPE
    )
    assert program.stdin is not None
    assert program.stdout is not None
    for line in (b"one\n", b"two\n"):
        await asyncio.sleep(3600)
        program.stdin.write(line)
        assert await program.stdout.readline() == line
    program.stdin.close()
    await program.wait()

    assert virtual_clock.now == 7200


async def test_what_cannot_be_started_says_so(virtual_clock: VirtualClock) -> None:
    with pytest.raises(FileNotFoundError):
        await asyncio.create_subprocess_exec("no-such-program")
