"""Tokens are taken off the budget when the answer has come, not when the request is made."""

from __future__ import annotations

import asyncio


class Budget:
    def __init__(self, tokens: int) -> None:
        self.tokens = tokens

    async def ask_carelessly(self, cost: int) -> None:
        if self.tokens >= cost:
            await asyncio.sleep(0)
            self.tokens -= cost

    async def ask(self, cost: int) -> None:
        if self.tokens >= cost:
            self.tokens -= cost
            await asyncio.sleep(0)


async def _after(event: asyncio.Event, budget: Budget, *, is_careless: bool) -> None:
    await event.wait()
    await (budget.ask_carelessly(80) if is_careless else budget.ask(80))


async def _spend(*, is_careless: bool) -> None:
    budget = Budget(100)
    ready = asyncio.Event()
    second = asyncio.create_task(_after(ready, budget, is_careless=is_careless))
    first = asyncio.create_task(budget.ask_carelessly(80) if is_careless else budget.ask(80))
    await asyncio.sleep(0)
    ready.set()
    await asyncio.gather(first, second)
    assert budget.tokens == 20


async def faulty() -> None:
    await _spend(is_careless=True)


async def clean() -> None:
    await _spend(is_careless=False)
