"""Puts a module of its own in the place of one of the standard library."""
# stopped by: process

import sys
import types

fake = types.ModuleType("asyncio")
fake.wait_for = None
for name in ("statistics", "dataclasses", "traceback"):
    sys.modules[name] = fake
