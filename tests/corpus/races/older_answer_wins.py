"""Of two questions the later one counts, but the answer that comes last is kept."""

from __future__ import annotations

import asyncio


class Search:
    def __init__(self) -> None:
        self.shown = ""
        self._latest = 0

    async def _answer(self, question: str) -> str:
        await asyncio.sleep(0.1)
        return question.upper()

    async def ask_carelessly(self, question: str) -> None:
        self.shown = await self._answer(question)

    async def ask(self, question: str) -> None:
        self._latest += 1
        number = self._latest
        answer = await self._answer(question)
        if number == self._latest:
            self.shown = answer


async def faulty() -> None:
    search = Search()
    await asyncio.gather(search.ask_carelessly("mod"), search.ask_carelessly("model"))
    assert search.shown == "MODEL"


async def clean() -> None:
    search = Search()
    first = asyncio.create_task(search.ask("mod"))
    await asyncio.sleep(0.05)
    await search.ask("model")
    await first
    assert search.shown == "MODEL"
