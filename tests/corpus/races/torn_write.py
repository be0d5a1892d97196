"""Two values that belong together are written on either side of an await."""

from __future__ import annotations

import asyncio


class Deployment:
    def __init__(self) -> None:
        self.model = 1
        self.tokenizer = 1

    async def upgrade_carelessly(self) -> None:
        self.model = 2
        await asyncio.sleep(0)
        self.tokenizer = 2

    async def upgrade(self) -> None:
        await asyncio.sleep(0)
        self.model = 2
        self.tokenizer = 2


async def _read_later(deployment: Deployment) -> None:
    for _ in range(3):
        await asyncio.sleep(0)
    assert deployment.model == deployment.tokenizer


async def faulty() -> None:
    deployment = Deployment()
    await asyncio.gather(deployment.upgrade_carelessly(), _read_later(deployment))


async def clean() -> None:
    deployment = Deployment()
    await asyncio.gather(deployment.upgrade(), _read_later(deployment))
