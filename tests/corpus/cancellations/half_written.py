"""Two accounts are changed, with an await in between."""

from __future__ import annotations

import asyncio


class Accounts:
    def __init__(self) -> None:
        self.balances = {"training": 100, "serving": 0}

    async def _audit(self) -> None:
        await asyncio.sleep(0)

    async def move_carelessly(self, amount: int) -> None:
        self.balances["training"] -= amount
        await self._audit()
        self.balances["serving"] += amount

    async def move(self, amount: int) -> None:
        await self._audit()
        self.balances["training"] -= amount
        self.balances["serving"] += amount


def given() -> Accounts:
    return Accounts()


def invariant(accounts: Accounts) -> bool:
    return sum(accounts.balances.values()) == 100


async def faulty(accounts: Accounts) -> None:
    await accounts.move_carelessly(30)


async def clean(accounts: Accounts) -> None:
    await accounts.move(30)
