"""Results are written by a coroutine."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path


async def faulty(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "log").write_text("done")  # fault: blocking-call of pathlib.Path.write_text


async def clean(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert await asyncio.to_thread(Path(folder, "log").write_text, "done") == 4
