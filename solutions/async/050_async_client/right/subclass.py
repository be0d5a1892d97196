"""A context manager of the standard library's as the base, and the HTTP client opened by connect."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any, Self

import httpx


class AsyncModelClient(AbstractAsyncContextManager["AsyncModelClient", None]):
    """Has a model loaded for the length of a block."""

    def __init__(self, url: str, model: str) -> None:
        self.base = httpx.URL(url)
        self.model = model
        self.pool: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        ready = False
        try:
            await self.connect()
            ready = True
        finally:
            if not ready:
                await self._let_go()
        return self

    async def __aexit__(self, *_: object) -> None:
        problem: BaseException | None = None
        with suppress(httpx.HTTPError, asyncio.CancelledError):
            try:
                await self.disconnect()
            except BaseException as error:
                problem = error
                raise
        await self._let_go()
        if problem is not None:
            raise problem

    async def connect(self) -> None:
        """Have the server load the model."""
        if self.pool is None:
            self.pool = httpx.AsyncClient()
        await self._ask(f"/v2/repository/models/{self.model}/load")

    async def disconnect(self) -> None:
        """Have the server unload the model."""
        await self._ask(f"/v2/repository/models/{self.model}/unload")

    async def predict(self, data: dict[str, Any]) -> dict[str, Any]:
        """Ask the model."""
        found = (await self._ask("/predict", json=data)).json()
        assert isinstance(found, dict)
        return found

    async def _ask(self, path: str, **options: Any) -> httpx.Response:
        if self.pool is None:
            raise RuntimeError("not connected")
        request = self.pool.build_request("POST", self.base.join(path), timeout=90, **options)
        response = await self.pool.send(request)
        if not 200 <= response.status_code < 300:
            text = f"{path} answers {response.status_code}"
            raise httpx.HTTPStatusError(text, request=request, response=response)
        return response

    async def _let_go(self) -> None:
        pool, self.pool = self.pool, None
        if pool is not None:
            await pool.aclose()
