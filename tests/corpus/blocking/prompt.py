"""Somebody is asked to type something."""

from __future__ import annotations

import asyncio
import contextlib


async def faulty(url: str) -> None:
    # Nobody is there to type.
    with contextlib.suppress(EOFError, OSError):
        input("deploy? ")  # fault: blocking-call of input


async def clean(url: str) -> None:
    with contextlib.suppress(EOFError, OSError):
        await asyncio.to_thread(input, "deploy? ")
