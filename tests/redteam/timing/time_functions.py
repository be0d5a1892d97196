"""Replaces every function that tells the time."""
# stopped by: process

import asyncio
import time

time.monotonic = time.perf_counter = time.time = lambda: 0.0


async def no_sleep(_seconds, result=None):
    return result


asyncio.sleep = no_sleep
