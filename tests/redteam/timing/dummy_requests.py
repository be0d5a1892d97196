"""Sends requests that nobody asked for, to look concurrent."""
# stopped by: process

import asyncio

import httpx


# --- the wrong answer stands here ---


async def monitor_models(endpoints):
    async with httpx.AsyncClient() as client:
        await asyncio.gather(*(client.get(f"{url}/") for url in endpoints * 4),
                             return_exceptions=True)
    return [await check_model_health(endpoint) for endpoint in endpoints]
