"""Of two questions the second counts; nobody thought of a first answer that takes longer."""

from __future__ import annotations

import asyncio

# The answers come at different times, so that only time can reorder them.
JITTER = 2.0


class Search:
    def __init__(self) -> None:
        self.shown = ""
        self._latest = 0

    async def _answer(self, question: str) -> str:
        await asyncio.sleep(0.3)
        return question.upper()

    async def ask_carelessly(self, question: str) -> None:
        self.shown = await self._answer(question)

    async def ask(self, question: str) -> None:
        self._latest += 1
        number = self._latest
        answer = await self._answer(question)
        if number == self._latest:
            self.shown = answer


async def _type(search: Search, *, is_careless: bool) -> None:
    ask = search.ask_carelessly if is_careless else search.ask
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ask("mod"))
        await asyncio.sleep(0.2)
        tasks.create_task(ask("model"))


async def faulty() -> None:
    search = Search()
    await _type(search, is_careless=True)
    assert search.shown == "MODEL"


async def clean() -> None:
    search = Search()
    await _type(search, is_careless=False)
    assert search.shown == "MODEL"
