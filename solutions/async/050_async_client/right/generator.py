"""The block is a generator; the class only begins and ends it. Answers are checked by a hook."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Literal, Self

import httpx

OneMinute = httpx.Timeout(61)


async def refuse_errors(response: httpx.Response) -> None:
    """Let no answer pass that is no success."""
    response.raise_for_status()


class AsyncModelClient:
    """Has a model loaded for the length of a block."""

    def __init__(self, url: str, model: str) -> None:
        self._url, self._model = url, model
        self._http: httpx.AsyncClient | None = None
        self._block: AbstractAsyncContextManager[None] | None = None

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[None]:
        hooks = {"response": [refuse_errors]}
        async with httpx.AsyncClient(timeout=OneMinute, event_hooks=hooks) as self._http:
            try:
                await self.connect()
                try:
                    yield
                finally:
                    await self.disconnect()
            finally:
                self._http = None

    async def __aenter__(self) -> Self:
        self._block = self._session()
        await self._block.__aenter__()
        return self

    async def __aexit__(self, *what: Any) -> bool | None:
        assert self._block is not None
        return await self._block.__aexit__(*what)

    @property
    def _open(self) -> httpx.AsyncClient:
        if self._http is None:
            raise RuntimeError("there is no block around this")
        return self._http

    async def _repository(self, verb: Literal["load", "unload"]) -> None:
        await self._open.post(f"{self._url}/v2/repository/models/{self._model}/{verb}", json={})

    async def connect(self) -> None:
        """Have the server load the model."""
        await self._repository("load")

    async def disconnect(self) -> None:
        """Have the server unload the model."""
        await self._repository("unload")

    async def predict(self, data: dict[str, Any]) -> dict[str, Any]:
        """Ask the model."""
        body = json.dumps(data).encode()
        headers = {"content-type": "application/json"}
        response = await self._open.post(f"{self._url}/predict", content=body, headers=headers)
        answer: dict[str, Any] = json.loads(response.content)
        return answer
