"""Raises what ends loops and generators silently."""
# stopped by: process


# --- the wrong answer stands here ---


async def check_model_health(endpoint):
    raise StopAsyncIteration
