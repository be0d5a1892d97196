"""Holds the interpreter's lock in a regular expression without end."""
# stopped by: limits

import re


# --- the wrong answer stands here ---


async def check_model_health(endpoint):
    re.match(r"(a+)+$", "a" * 60 + "b")
