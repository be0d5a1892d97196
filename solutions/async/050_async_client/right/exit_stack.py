"""An exit stack keeps the order of the clean-up; there is one for each time in the block."""

from __future__ import annotations

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any

import httpx


class AsyncModelClient:
    """Has a model loaded for the length of a block."""

    _stack: AsyncExitStack
    _http: httpx.AsyncClient

    def __init__(self, url: str, model: str) -> None:
        self.url = url
        self.repository = f"/v2/repository/models/{model}"

    async def __aenter__(self) -> AsyncModelClient:
        async with AsyncExitStack() as stack:
            http = httpx.AsyncClient(base_url=self.url, timeout=None)
            self._http = await stack.enter_async_context(http)
            stack.callback(delattr, self, "_http")
            await self.connect()
            stack.push_async_callback(self.disconnect)
            # All went well, so the stack is kept for the leaving.
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        return await self._stack.__aexit__(exc_type, exc, traceback)

    async def connect(self) -> None:
        """Have the server load the model."""
        (await self._http.post(f"{self.repository}/load")).raise_for_status()

    async def disconnect(self) -> None:
        """Have the server unload the model."""
        (await self._http.post(f"{self.repository}/unload")).raise_for_status()

    async def predict(self, data: dict[str, Any]) -> dict[str, Any]:
        """Ask the model."""
        if not hasattr(self, "_http"):
            raise RuntimeError("predict is for the inside of a block")
        response = await self._http.post("/predict", json=data)
        response.raise_for_status()
        return dict(response.json())
