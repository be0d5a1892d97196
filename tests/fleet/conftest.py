"""A server that tells what it was asked."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from mirror import mirror_server
from pytest_mlinfra.fleet import ModelServer


@pytest_asyncio.fixture
async def mirror() -> AsyncIterator[ModelServer]:
    """A running server that speaks nothing but health and the mirror."""
    async with mirror_server() as server:
        yield server
