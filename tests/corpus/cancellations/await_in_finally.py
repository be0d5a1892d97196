"""What has to happen in any case comes after an await, which may be cancelled itself."""

from __future__ import annotations

import asyncio


class Session:
    def __init__(self) -> None:
        self.is_open = False

    async def _say_goodbye(self) -> None:
        await asyncio.sleep(0.1)

    async def run_carelessly(self) -> None:
        self.is_open = True
        try:
            await asyncio.sleep(1)
        finally:
            await self._say_goodbye()
            self.is_open = False

    async def run(self) -> None:
        self.is_open = True
        try:
            await asyncio.sleep(1)
        finally:
            try:
                await self._say_goodbye()
            finally:
                self.is_open = False


def given() -> Session:
    return Session()


def invariant(session: Session) -> None:
    assert not session.is_open


async def faulty(session: Session) -> None:
    await session.run_carelessly()


async def clean(session: Session) -> None:
    await session.run()
