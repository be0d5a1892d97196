"""A project for the checks to be switched on in, with a module that makes mistakes."""

from __future__ import annotations

from collections.abc import Callable

# Writes the configuration: settings of pytest, a line of TOML each.
Configure = Callable[..., None]

APP = """
import asyncio
from time import sleep


async def careless():
    sleep(0.5)


def load():
    with open(__file__) as file:
        return file.readline()


async def forgetful():
    asyncio.create_task(asyncio.sleep(60))


async def fetch():
    return 1


class Service:
    async def start(self):
        self.task = asyncio.create_task(asyncio.sleep(60))

    async def stop(self):
        self.task.cancel()
        await asyncio.wait([self.task])
"""
