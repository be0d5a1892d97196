"""Takes all the memory that there is."""
# stopped by: limits


# --- the wrong answer stands here ---


async def check_model_health(endpoint):
    hoard = []
    while True:
        hoard.append(bytearray(64 * 1024 * 1024))
