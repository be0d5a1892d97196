"""A coroutine logs, warns, prints, and imports a module when it needs it."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import warnings
from pathlib import Path


async def program(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log = logging.getLogger("correct")
        log.propagate = False
        handler = logging.FileHandler(Path(folder, "log"), delay=True)
        log.addHandler(handler)
        try:
            log.warning("ready")
            log.error("trouble", exc_info=ValueError("no"))
            await asyncio.sleep(0)
        finally:
            log.removeHandler(handler)
            handler.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.warn("careful", stacklevel=1)
    sys.stdout.write("")
    import wave  # noqa: PLC0415 - what is loaded late is no file that is read

    assert wave.WAVE_FORMAT_PCM == 1
