"""A file is opened in a coroutine."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any


def load(path: Path) -> Any:
    with path.open() as file:  # fault: blocking-call of pathlib.Path.open
        return json.load(file)


def write(folder: str) -> Path:
    path = Path(folder) / "config.json"
    path.write_text('{"models": ["resnet"]}')
    return path


async def faulty(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = await asyncio.to_thread(write, folder)
        assert load(path) == {"models": ["resnet"]}


async def clean(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = await asyncio.to_thread(write, folder)
        assert await asyncio.to_thread(load, path) == {"models": ["resnet"]}
