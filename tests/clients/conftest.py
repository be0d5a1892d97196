"""No client may reach beyond this machine, or tell anybody that it ran."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_asyncio

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import Canned, Model, ModelFleet, ModelServer, Serving

# Read when huggingface_hub is imported. Its offline mode would refuse the loopback, too.
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1"

_LOOPBACK = ("127.0.0.1", "localhost", "::1", None)


@pytest.fixture(autouse=True)
def reached(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """The hosts beyond this machine that were looked up; a test that looks one up fails."""
    beyond: list[object] = []
    look_up = socket.getaddrinfo

    def guarded(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in _LOOPBACK:
            beyond.append(name)
            raise OSError(f"{name} is beyond this machine")
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", guarded)
    yield beyond
    assert beyond == []


@pytest_asyncio.fixture
async def llama(virtual_clock: VirtualClock, model_fleet: ModelFleet) -> ModelServer:
    """The model ``llama``, which says five tokens: the first after 0.2 s, the last after 0.4 s."""
    pace = Serving(time_to_first_token=0.2, time_between_tokens=0.05)
    return await model_fleet.start(Model("llama", Canned("Hello there, friend."), pace))
