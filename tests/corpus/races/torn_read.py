"""Two values that belong together are read on either side of an await."""

from __future__ import annotations

import asyncio


class Deployment:
    def __init__(self) -> None:
        self.model = "model-1"
        self.tokenizer = "tokenizer-1"

    def upgrade(self) -> None:
        self.model, self.tokenizer = "model-2", "tokenizer-2"

    async def predict_carelessly(self) -> tuple[str, str]:
        tokenizer = self.tokenizer
        await asyncio.sleep(0)
        return tokenizer[-1], self.model[-1]

    async def predict(self) -> tuple[str, str]:
        tokenizer, model = self.tokenizer, self.model
        await asyncio.sleep(0)
        return tokenizer[-1], model[-1]


async def _upgrade_later(deployment: Deployment) -> None:
    await asyncio.sleep(0.2)
    deployment.upgrade()


async def faulty() -> None:
    deployment = Deployment()

    async def client() -> tuple[str, str]:
        await asyncio.sleep(0.2)
        return await deployment.predict_carelessly()

    _, (tokenizer, model) = await asyncio.gather(_upgrade_later(deployment), client())
    assert tokenizer == model


async def clean() -> None:
    deployment = Deployment()

    async def client() -> tuple[str, str]:
        await asyncio.sleep(0.2)
        return await deployment.predict()

    _, (tokenizer, model) = await asyncio.gather(_upgrade_later(deployment), client())
    assert tokenizer == model
