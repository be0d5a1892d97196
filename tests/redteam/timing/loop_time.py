"""Replaces the clock of its loop."""
# stopped by: process

import asyncio


# --- the wrong answer stands here ---


async def monitor_models(endpoints):
    loop = asyncio.get_running_loop()
    loop.time = lambda: 0.0
    return [await check_model_health(endpoint) for endpoint in endpoints]
