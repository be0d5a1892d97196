"""A single call of a coroutine computes for too long."""

from __future__ import annotations

import asyncio
import hashlib


async def faulty(url: str) -> None:
    hashlib.pbkdf2_hmac("sha256", b"key", b"salt", 1_500_000)  # fault: cpu-hog of faulty


async def clean(url: str) -> None:
    await asyncio.to_thread(hashlib.pbkdf2_hmac, "sha256", b"key", b"salt", 1_500_000)
