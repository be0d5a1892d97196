"""Programs and worker processes."""

from __future__ import annotations

import asyncio
import sys
import time
from asyncio.subprocess import PIPE
from concurrent.futures import ProcessPoolExecutor

from benchmarks.clock_cases.case import Cases, raises

PROCESSES = Cases()
# Doubles each number that it is sent.
_DOUBLE = "import sys\nfor line in sys.stdin: print(2 * int(line), flush=True)"


@PROCESSES.taking(0.0)
async def a_program_within_a_time_out() -> None:
    program = await asyncio.create_subprocess_exec("echo", "hello", stdout=PIPE)
    output, _ = await asyncio.wait_for(program.communicate(), 0.001)
    assert output == b"hello\n"


@PROCESSES.taking(0.0)
async def a_shell_command() -> None:
    program = await asyncio.create_subprocess_shell("cat | wc -c", stdin=PIPE, stdout=PIPE)
    output, _ = await asyncio.wait_for(program.communicate(bytes(100_000)), 0.1)
    assert int(output) == 100_000


@PROCESSES.taking(5.0)
async def talking_back_and_forth() -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-S", "-c", _DOUBLE, stdin=PIPE, stdout=PIPE
    )
    assert program.stdin is not None
    assert program.stdout is not None
    for number in range(5):
        program.stdin.write(b"%d\n" % number)
        assert int(await program.stdout.readline()) == 2 * number
        await asyncio.sleep(1)
    program.stdin.close()
    assert await program.wait() == 0


@PROCESSES.taking(0.25)
async def killing_what_waits_for_ever() -> None:
    program = await asyncio.create_subprocess_exec("cat", stdin=PIPE)
    await raises(TimeoutError, asyncio.wait_for(program.wait(), 0.25))
    program.kill()
    assert await program.wait() < 0


@PROCESSES.taking(0.02)
async def killing_what_sleeps() -> None:
    program = await asyncio.create_subprocess_exec("sleep", "60")
    await raises(TimeoutError, asyncio.wait_for(program.wait(), 0.02))
    program.kill()
    assert await program.wait() < 0


@PROCESSES.taking(0.0)
async def a_process_pool() -> None:
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1) as pool:
        assert await asyncio.wait_for(loop.run_in_executor(pool, pow, 2, 10), 60) == 1024


@PROCESSES.taking(0.0)
async def sleeping_in_a_process_pool() -> None:
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1) as pool:
        await asyncio.wait_for(loop.run_in_executor(pool, time.sleep, 0.01), 60)
