"""Files that are opened while the loop waits.

Opening is what counts, however small the file is: that it is small, near and not on a
disk that is busy is luck. Linters of asynchronous code draw the line there as well.
"""

from __future__ import annotations

import builtins
import io
import os
from collections.abc import Iterator
from typing import Any

from pytest_mlinfra.clock.blocking.calls import Call
from pytest_mlinfra.clock.blocking.patching import Watched

_FILE = "await asyncio.to_thread(...) around what handles the file, or do it before the loop runs"


def file_calls() -> Iterator[Watched]:
    """The calls that open a file."""
    yield Watched(builtins, "open", Call("open", _FILE), _is_on_disk)
    yield Watched(io, "open", Call("open", _FILE), _is_on_disk)


def _is_on_disk(file: Any = 0, *_args: Any, **_options: Any) -> bool:
    """Whether `file` names a file, and not a descriptor that is open or nothing at all."""
    return not isinstance(file, int) and file != os.devnull
