"""A client of a model server that has the model loaded for as long as it is used."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self


class AsyncModelClient:
    """Has a model loaded for the length of an ``async with`` block.

    Args:
        url: the server's address, for instance ``http://127.0.0.1:8000``.
        model: the model's name.
    """

    def __init__(self, url: str, model: str) -> None:
        # TODO: what has to be remembered? Nothing is sent or opened yet.
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        # TODO: open an HTTP client, then connect. What if connecting fails?
        raise NotImplementedError

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # TODO: disconnect, then close the HTTP client. What if disconnecting fails?
        raise NotImplementedError

    async def connect(self) -> None:
        """Have the server load the model."""
        # TODO
        raise NotImplementedError

    async def disconnect(self) -> None:
        """Have the server unload the model."""
        # TODO
        raise NotImplementedError

    async def predict(self, data: dict[str, Any]) -> dict[str, Any]:
        """Ask the model.

        Args:
            data: what it is asked, as JSON.
        """
        # TODO: and what if nobody has entered the block?
        raise NotImplementedError


async def main() -> None:
    """Ask a fake model two things at once, in real time."""
    async with AsyncModelClient("http://127.0.0.1:8000/resnet", "resnet") as client:
        print(await asyncio.gather(client.predict({"x": 1}), client.predict({"x": 2})))


# Serve the fakes in another terminal, with `mlinfra serve exercises/async/fleet.toml`.
# Then run this file: `python async_client.py`.
if __name__ == "__main__":
    asyncio.run(main())
