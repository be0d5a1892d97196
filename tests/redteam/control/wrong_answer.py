"""What every trick tries to get more for than it is worth: it asks nobody."""

from __future__ import annotations


async def check_model_health(endpoint):
    """Everything is fine."""
    return {"endpoint": endpoint, "status": "healthy", "response_time": 0.25}


async def monitor_models(endpoints):
    """All of it."""
    return [await check_model_health(endpoint) for endpoint in endpoints]
