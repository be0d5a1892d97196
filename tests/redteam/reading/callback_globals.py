"""Follows a callback that the tests offered to their globals."""
# stopped by: process

import gc

for thing in gc.get_objects():
    if type(thing).__name__ == "function" and "pytest" in getattr(thing, "__module__", ""):
        thing.__globals__.clear()
