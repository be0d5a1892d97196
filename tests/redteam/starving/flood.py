"""Prints without end."""
# stopped by: limits

import sys


# --- the wrong answer stands here ---


async def check_model_health(endpoint):
    for _ in range(4096):
        sys.stdout.write("x" * 65536)
    sys.stdout.flush()
