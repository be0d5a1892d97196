"""Who calls, and whose code that is."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path
from types import CodeType

# The frame so many calls above: 0 is that of whoever asks.
frame_above = sys._getframe  # noqa: SLF001 - it is documented, underscore and all

_OURS = str(Path(__file__).parent.parent)
_LIBRARIES = (_OURS, *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")))


def is_of_library(code: CodeType) -> bool:
    """Whether code belongs to Python, to an installed package or to this one."""
    return code.co_filename.startswith(_LIBRARIES)
