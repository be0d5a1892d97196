"""Starts processes that start processes."""
# stopped by: limits

import os


# --- the wrong answer stands here ---


async def check_model_health(endpoint):
    for _ in range(12):
        try:
            os.fork()
        except OSError:
            break
    os._exit(0)
