"""Opens files until nobody can open any more."""
# stopped by: limits


# --- the wrong answer stands here ---

KEPT = []


async def check_model_health(endpoint):
    try:
        while True:
            KEPT.append(open("/dev/null"))
    except OSError:
        return {"endpoint": endpoint, "status": "error", "error": "too many files"}
