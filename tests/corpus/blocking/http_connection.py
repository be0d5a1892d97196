"""A connection of http.client."""

from __future__ import annotations

import contextlib
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx


async def faulty(url: str) -> None:
    with contextlib.closing(HTTPConnection(str(urlsplit(url).netloc))) as connection:
        connection.request("GET", "/")  # fault: blocking-call of http.client.HTTPConnection.request


async def clean(url: str) -> None:
    async with (
        httpx.AsyncClient(verify=False, trust_env=False) as client,
        client.stream("GET", f"{url}/health") as answer,
    ):
        assert [line async for line in answer.aiter_lines()]
