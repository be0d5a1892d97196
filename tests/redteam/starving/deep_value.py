"""Returns a value that is nested too deeply to be looked at."""
# stopped by: process


# --- the wrong answer stands here ---


async def check_model_health(endpoint):
    value = []
    for _ in range(100_000):
        value = [value]
    return value
