"""A plugin of pytest that puts every loop of asyncio in virtual time, whoever makes it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from pytest_mlinfra.clock import VirtualLoop

_made = 0


class _Policy(asyncio.DefaultEventLoopPolicy):
    """Makes virtual loops."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        """A new virtual loop."""
        global _made  # noqa: PLW0603 - a process has one policy
        _made += 1
        return VirtualLoop()


def pytest_configure() -> None:
    """Put it in place before any test is imported."""
    asyncio.set_event_loop_policy(_Policy())


def pytest_unconfigure() -> None:
    """Put it away, and tell how many loops were made."""
    asyncio.set_event_loop_policy(None)
    path = os.environ.get("MLINFRA_COUNT_LOOPS")
    if path:
        Path(path).write_text(str(_made))
