"""Whoever finds no token asks the server for one, also if somebody else has just done so."""

from __future__ import annotations

import asyncio

import httpx

from pytest_mlinfra.fleet import Latency, ModelFleet

_CONTEXT = httpx.create_ssl_context(verify=False)


class Session:
    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self.refreshes = 0
        self._client = client
        self._url = url
        self._token: str | None = None
        self._refreshing = asyncio.Lock()

    async def _refresh(self) -> None:
        if self._token is None:
            self.refreshes += 1
            answer = await self._client.post(self._url, json="token")
            self._token = answer.json()["prediction"]

    async def token_carelessly(self) -> str | None:
        await self._refresh()
        return self._token

    async def token(self) -> str | None:
        async with self._refreshing:
            await self._refresh()
        return self._token


async def _refreshes(*, is_careless: bool) -> int:
    async with (
        ModelFleet() as fleet,
        httpx.AsyncClient(verify=_CONTEXT, trust_env=False) as client,
    ):
        server = await fleet.start("model", Latency(0.05))
        session = Session(client, f"{server.url}/predict")
        token = session.token_carelessly if is_careless else session.token

        async def later() -> None:
            await asyncio.sleep(0.05)
            for _ in range(40):
                await asyncio.sleep(0)
            await token()

        await asyncio.gather(token(), later())
        return session.refreshes


async def faulty() -> None:
    assert await _refreshes(is_careless=True) == 1


async def clean() -> None:
    assert await _refreshes(is_careless=False) == 1
