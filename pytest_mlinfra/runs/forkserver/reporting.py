"""How a runner reports: the descriptors that it inherits for that."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal

# Where a runner writes its events, and its stack when it is asked for that. What the fork
# server has opened itself, a runner still has under the same low numbers.
EVENTS, STACK = 200, 201
EVENTS_PATH = f"/dev/fd/{EVENTS}"
# The last of the real-time signals, which nobody uses; some platforms have none.
ASK_FOR_STACK = getattr(signal, "SIGRTMAX", None)


def answer_for_stack() -> None:
    """Write down what this process is doing whenever it is asked to, whatever holds the GIL."""
    if ASK_FOR_STACK is not None:
        with contextlib.suppress(OSError, ValueError):
            faulthandler.register(ASK_FOR_STACK, STACK, all_threads=True, chain=False)


def keep_to_oneself() -> None:
    """Let no process that this one starts report in its name."""
    for descriptor in (EVENTS, STACK):
        os.set_inheritable(descriptor, False)
