"""Leaves a process behind that has cut every tie."""
# stopped by: processes

import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for descriptor in range(64):
            try:
                os.close(descriptor)
            except OSError:
                pass
        time.sleep(300)
    os._exit(0)
