"""Runs for ever, and ignores every signal that can be ignored."""
# stopped by: limits

import signal


# --- the wrong answer stands here ---


async def check_model_health(endpoint):
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        pass
