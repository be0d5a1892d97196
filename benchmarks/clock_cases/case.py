"""What a case is, and how cases are gathered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Scenario = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Case:
    """Something that takes an exact time.

    Attributes:
        name: what it is, in a few words.
        seconds: how much time has to have passed when it is done.
        scenario: does it; it checks by itself that it was done rightly.
    """

    name: str
    seconds: float
    scenario: Scenario

    async def measure(self) -> float:
        """Do it, and tell how much time of the running loop has passed."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        await self.scenario()
        return loop.time() - started


class Cases(list[Case]):
    """A list to which scenarios are added by decorating them."""

    def taking(self, seconds: float) -> Callable[[Scenario], Scenario]:
        """Add a scenario that takes `seconds`; its name in words is the case's."""

        def add(scenario: Scenario) -> Scenario:
            self.append(Case(scenario.__name__.replace("_", " "), seconds, scenario))
            return scenario

        return add


async def raises(error: type[BaseException], awaitable: Awaitable[object]) -> None:
    """Await what has to fail with `error`."""
    try:
        await awaitable
    except error:
        return
    raise AssertionError(f"did not raise {error.__name__}")
