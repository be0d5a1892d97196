"""A client of a model server that has the model loaded for as long as it is used."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self

import httpx

# httpx gives up after five seconds, which is less than a model of some size takes to load.
TIMEOUT_SECONDS = 60.0


class AsyncModelClient:
    """Has a model loaded for the length of an ``async with`` block.

    Args:
        url: the server's address, for instance ``http://127.0.0.1:8000``.
        model: the model's name.
    """

    def __init__(self, url: str, model: str) -> None:
        self._url = url
        self._model = model
        # Of the object and not of the class, which all objects would share; and not opened
        # here, since nobody promises that the block is ever entered.
        self._http: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        self._http = httpx.AsyncClient(timeout=TIMEOUT_SECONDS)
        try:
            await self.connect()
        # There is no __aexit__ for a block that was never entered. A BaseException, since
        # loading may also be cancelled.
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
        # Whatever came out of the block goes on by itself, as long as nothing true is returned.
        try:
            await self.disconnect()
        finally:
            await self._close()

    async def connect(self) -> None:
        """Have the server load the model."""
        await self._post(f"/v2/repository/models/{self._model}/load")

    async def disconnect(self) -> None:
        """Have the server unload the model."""
        await self._post(f"/v2/repository/models/{self._model}/unload")

    async def predict(self, data: dict[str, Any]) -> dict[str, Any]:
        """Ask the model.

        Args:
            data: what it is asked, as JSON.
        """
        response = await self._post("/predict", data)
        answer: dict[str, Any] = response.json()
        return answer

    async def _post(self, path: str, data: dict[str, Any] | None = None) -> httpx.Response:
        if self._http is None:
            raise RuntimeError("the client is used outside of its `async with` block")
        response = await self._http.post(f"{self._url}{path}", json=data)
        return response.raise_for_status()

    async def _close(self) -> None:
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()


async def main() -> None:
    """Ask a fake model two things at once, in real time."""
    async with AsyncModelClient("http://127.0.0.1:8000/resnet", "resnet") as client:
        print(await asyncio.gather(client.predict({"x": 1}), client.predict({"x": 2})))


# Serve the fakes in another terminal, with `mlinfra serve exercises/async/fleet.toml`.
# Then run this file: `python async_client.py`.
if __name__ == "__main__":
    asyncio.run(main())
