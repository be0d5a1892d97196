"""Programs of others, run to their end, stopped, and cut short."""

from __future__ import annotations

import asyncio
import sys


async def program(url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "print(input())",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(b"hello\n")
    assert output.strip() == b"hello"
    sleeper = await asyncio.create_subprocess_exec("sleep", "60")
    try:
        await asyncio.wait_for(asyncio.shield(asyncio.sleep(0)), 1)
    finally:
        sleeper.kill()
        await sleeper.wait()
    shell = await asyncio.create_subprocess_shell("exit 3")
    assert await shell.wait() == 3
