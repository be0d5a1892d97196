"""Fills the disk."""
# stopped by: limits


# --- the wrong answer stands here ---


async def check_model_health(endpoint):
    for number in range(64):
        try:
            with open(f"/tmp/filler-{number}", "wb") as stream:
                for _ in range(8):
                    stream.write(bytes(1024 * 1024))
        except OSError:
            break
