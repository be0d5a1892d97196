"""A client of a model server as an async context manager, entered twice."""

from __future__ import annotations

import asyncio
from typing import Self

import httpx


class ModelClient:
    def __init__(self, url: str) -> None:
        self.url = url
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        self._client = httpx.AsyncClient(base_url=self.url, verify=False)
        return self

    async def __aexit__(self, *_exception: object) -> None:
        assert self._client is not None
        await self._client.aclose()

    async def predict(self, rows: list[int]) -> object:
        assert self._client is not None
        return (await self._client.post("/predict", json=rows)).json()


async def program(url: str) -> None:
    client = ModelClient(url)
    for _ in range(2):
        async with client:
            await asyncio.gather(*(client.predict([n]) for n in range(5)))
