"""A child process is waited for by its number."""

from __future__ import annotations

import asyncio
import os
import subprocess


async def faulty(url: str) -> None:
    process = subprocess.Popen(["true"])
    _, status = os.waitpid(process.pid, 0)  # fault: blocking-call of os.waitpid
    process.returncode = status


async def clean(url: str) -> None:
    process = subprocess.Popen(["true"])
    os.waitpid(process.pid, os.WNOHANG)
    await asyncio.to_thread(process.wait)
