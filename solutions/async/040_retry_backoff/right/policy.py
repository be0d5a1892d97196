"""A policy as an object, whose attempts are an async generator; a client for each attempt."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import httpx


class AgainError(Exception):
    """What just happened is worth another attempt."""


@dataclass
class Policy:
    """When to try again."""

    attempts: int
    statuses: frozenset[int] = frozenset()
    errors: tuple[type[Exception], ...] = (httpx.TimeoutException,)

    async def turns(self) -> AsyncGenerator[int, None]:
        """The numbers of the attempts, with the pauses between them."""
        pause = 1.0
        for number in range(1, self.attempts + 1):
            yield number
            if number < self.attempts:
                await asyncio.sleep(pause)
                pause *= 2

    async def fetch(self, url: str) -> dict[str, Any] | None:
        """Ask until there is something to return."""
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL as problem:
            raise ValueError(str(problem)) from None
        if not address.host or address.scheme not in {"http", "https"}:
            raise ValueError(f"no address to ask: {url}")
        async with aclosing(self.turns()) as turns:
            async for _ in turns:
                try:
                    return await self._once(address)
                except AgainError:
                    pass
        return None

    async def _once(self, address: httpx.URL) -> dict[str, Any] | None:
        async with httpx.AsyncClient(timeout=httpx.Timeout(10)) as client:
            try:
                async with client.stream("GET", address) as response:
                    if response.status_code in self.statuses:
                        raise AgainError
                    if response.status_code != 200:
                        return None
                    body = await response.aread()
            except self.errors:
                raise AgainError from None
            except httpx.RequestError:
                return None
        try:
            parsed = json.loads(body)
        except (json.JSONDecodeError, UnicodeDecodeError):
            return None
        match parsed:
            case dict():
                return parsed
        return None


async def fetch_with_retry(url: str, max_retries: int = 3) -> dict[str, Any] | None:
    """Try again after a time-out."""
    return await Policy(max_retries).fetch(url)


async def fetch_despite_outages(url: str, max_retries: int = 3) -> dict[str, Any] | None:
    """Try again after a time-out and after an outage."""
    server_errors = frozenset(range(500, 600))
    return await Policy(max_retries, server_errors, (httpx.TransportError,)).fetch(url)
