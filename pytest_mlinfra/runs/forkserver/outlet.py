"""What comes out of a runner: read all the time, and kept up to a limit."""

from __future__ import annotations

import os

from pytest_mlinfra.runs.limits import KIB

_CHUNK = 64 * KIB


class Outlet:
    """One pipe, whose content beyond a limit is thrown away.

    Args:
        descriptor: its reading end, which does not block.
        most: how many bytes are kept.

    Attributes:
        content: what came out so far.
        is_cut: whether there was more than is kept.
        is_open: whether more may come.
    """

    def __init__(self, descriptor: int, most: int) -> None:
        self.descriptor = descriptor
        self.content = bytearray()
        self.is_cut = False
        self.is_open = True
        self._most = most

    @property
    def text(self) -> str:
        """The content as text, whatever bytes it has."""
        return self.content.decode("utf-8", "replace")

    def read(self) -> bytes:
        """Read some of what is there. Returns what of it was kept."""
        try:
            part = os.read(self.descriptor, _CHUNK)
        except BlockingIOError:
            return b""
        self.is_open = bool(part)
        kept = part[: self._most - len(self.content)]
        self.is_cut |= len(kept) < len(part)
        self.content += kept
        return kept

    def drain(self) -> None:
        """Read what is left there, now that nobody writes any more."""
        size = -1
        while self.is_open and len(self.content) != size:
            size = len(self.content)
            self.read()
