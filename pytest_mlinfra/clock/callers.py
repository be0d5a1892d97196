"""Who calls."""

from __future__ import annotations

import sys

# The frame so many calls above: 0 is that of whoever asks.
frame_above = sys._getframe  # noqa: SLF001 - it is documented, underscore and all
