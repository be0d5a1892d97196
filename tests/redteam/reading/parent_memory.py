"""Reads the memory and the environment of its parent."""
# stopped by: processes

import contextlib
import os

PARENT = os.getppid()
for name in ("environ", "cmdline", "maps", "fd"):
    with contextlib.suppress(OSError):
        path = f"/proc/{PARENT}/{name}"
        if PARENT and (os.listdir(path) if name == "fd" else open(path, "rb").read()):
            STOLEN = True
