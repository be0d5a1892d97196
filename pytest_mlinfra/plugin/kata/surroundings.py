"""What graded code finds around it: nothing of the machine's own, and no way out."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import pytest


@contextlib.contextmanager
def quiet_surroundings() -> Iterator[None]:
    """Keep the machine's own settings, and the end of the process, out of graded code."""
    with pytest.MonkeyPatch.context() as patch:
        # A proxy of the machine's would come between a client and the fleet.
        patch.setenv("NO_PROXY", "*")
        # Reading the usual certificates takes 40 ms for each httpx.AsyncClient, and
        # not knowing any takes 1 ms.
        patch.delenv("SSL_CERT_FILE", raising=False)
        patch.setenv("SSL_CERT_DIR", os.devnull)
        with staying_alive():
            yield


@contextlib.contextmanager
def staying_alive() -> Iterator[None]:
    """Let ``os._exit`` end the test that calls it, and not the whole session with it.

    A session that ends so would say nothing of the katas that come after, and its exit
    code would be whatever the learner's code has chosen. A child process that was forked
    meanwhile still ends.
    """
    session, leave = os.getpid(), os._exit

    def leave_the_test(status: int) -> None:
        if os.getpid() != session:
            leave(status)
        raise SystemExit(status)

    os._exit = leave_the_test  # type: ignore[assignment] # which never returns, either
    try:
        yield
    finally:
        os._exit = leave
