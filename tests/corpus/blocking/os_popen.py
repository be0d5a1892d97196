"""The output of a shell command is read."""

from __future__ import annotations

import asyncio
import os


async def faulty(url: str) -> None:
    with os.popen("echo 1") as output:  # fault: blocking-call of os.popen
        assert output.read() == "1\n"


async def clean(url: str) -> None:
    process = await asyncio.create_subprocess_shell("echo 1", stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    assert output == b"1\n"
