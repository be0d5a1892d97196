"""Returns more than anybody can want."""
# stopped by: process


# --- the wrong answer stands here ---


async def check_model_health(endpoint):
    return {"endpoint": endpoint, "status": "healthy" * 50_000_000}
