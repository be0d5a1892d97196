"""The output of a program is wanted."""

from __future__ import annotations

import asyncio
import subprocess


async def faulty(url: str) -> None:
    subprocess.check_output(["echo", "1.2"])  # fault: blocking-call of subprocess.check_output


async def clean(url: str) -> None:
    process = await asyncio.create_subprocess_exec("echo", "1.2", stdout=subprocess.PIPE)
    output, _ = await process.communicate()
    assert output == b"1.2\n"
