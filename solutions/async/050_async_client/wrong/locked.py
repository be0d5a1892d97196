# draws: one-after-another
"""Lets one request pass at a time."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self

import httpx


class AsyncModelClient:
    def __init__(self, url: str, model: str) -> None:
        self._url = url
        self._lock = asyncio.Lock()
        self._model = model
        self._http: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        self._http = httpx.AsyncClient(timeout=60.0)
        try:
            await self.connect()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await self.disconnect()
        finally:
            await self._close()

    async def connect(self) -> None:
        await self._post(f"/v2/repository/models/{self._model}/load")

    async def disconnect(self) -> None:
        await self._post(f"/v2/repository/models/{self._model}/unload")

    async def predict(self, data: dict[str, Any]) -> dict[str, Any]:
        async with self._lock:
            response = await self._post("/predict", data)
        answer: dict[str, Any] = response.json()
        return answer

    async def _post(self, path: str, data: dict[str, Any] | None = None) -> httpx.Response:
        if self._http is None:
            raise RuntimeError("the client is used outside of its block")
        response = await self._http.post(f"{self._url}{path}", json=data)
        return response.raise_for_status()

    async def _close(self) -> None:
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()
