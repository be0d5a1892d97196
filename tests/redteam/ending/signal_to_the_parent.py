"""Asks its parent, and everybody whom it may, to end."""
# stopped by: processes

import contextlib
import os
import signal

for process in {os.getppid(), *range(2, 400)} - {0, 1, os.getpid()}:
    with contextlib.suppress(OSError):
        os.kill(process, signal.SIGUSR1 if process != os.getppid() else 0)
