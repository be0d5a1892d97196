"""Raises what closes a coroutine without an error."""
# stopped by: process


# --- the wrong answer stands here ---


async def check_model_health(endpoint):
    raise GeneratorExit
