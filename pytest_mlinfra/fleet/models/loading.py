"""Cold start: a model that is not ready from the beginning, or not any more."""

from __future__ import annotations

import asyncio
from typing import Literal

from pytest_mlinfra.fleet.models.serving import Serving
from pytest_mlinfra.fleet.refusal import Refusal

State = Literal["unloaded", "loading", "ready"]


class Loading:
    """Whether a model is loaded, by the loop's clock.

    Attributes:
        is_withdrawn: whether it was unloaded by request and waits to be loaded likewise.
    """

    def __init__(self, serving: Serving) -> None:
        self._seconds = serving.load_seconds
        self._on_request = serving.load_on == "first request"
        # A model without a cold start is ready before its server has even started.
        self._ready_at: float | None = 0.0 if not self._is_cold else None
        self.is_withdrawn = False

    @property
    def _is_cold(self) -> bool:
        return self._seconds > 0

    @property
    def state(self) -> State:
        """Where loading stands at this moment."""
        if self._ready_at is None:
            return "unloaded"
        if not self._is_cold or asyncio.get_running_loop().time() >= self._ready_at:
            return "ready"
        return "loading"

    def start(self) -> None:
        """The server has started: so does loading, unless that waits for a request."""
        if self._is_cold and not self._on_request and self._ready_at is None:
            self._begin()

    async def load(self) -> None:
        """Load the model, if it is not, and wait until it is ready."""
        self.is_withdrawn = False
        if self._ready_at is None:
            self._begin()
        await self._finish()

    def unload(self, *, withdraw: bool = False) -> None:
        """Throw the model out of memory.

        Args:
            withdraw: refuse every request until it is loaded by request, too.
        """
        self._ready_at = None
        self.is_withdrawn = withdraw

    async def admit(self, name: str) -> float:
        """Let a request pass if the model is ready or is loaded on request.

        Args:
            name: the model's name, for the error.

        Returns:
            How many seconds it had to wait for the model to load.

        Raises:
            Refusal: the model is not ready, and not because of this request.
        """
        if self.state == "ready":
            return 0.0
        if self.is_withdrawn:
            raise Refusal("unknown model", f"the model {name!r} is unloaded")
        if not self._on_request and self._ready_at is not None:
            raise Refusal("not ready", f"the model {name!r} is still loading")
        began = asyncio.get_running_loop().time()
        await self.load()
        return round(asyncio.get_running_loop().time() - began, 9)

    def _begin(self) -> None:
        self._ready_at = asyncio.get_running_loop().time() + self._seconds

    async def _finish(self) -> None:
        while self.state == "loading":
            assert self._ready_at is not None
            await asyncio.sleep(self._ready_at - asyncio.get_running_loop().time())
