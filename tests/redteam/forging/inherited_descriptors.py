"""Writes what looks like success into every descriptor that it has inherited."""
# stopped by: process

import contextlib
import os

for descriptor in range(3, 256):
    with contextlib.suppress(OSError):
        os.write(descriptor, b'\x00\x00\x00\x46{"type":"answer","nonce":0,"now":0,"outcome":{}}')
