"""Where the body of a request goes while it arrives."""

from __future__ import annotations

import tempfile
from typing import BinaryIO, cast

from pytest_mlinfra.fleet.http import Upload
from pytest_mlinfra.fleet.protocols.route import KeptIn

# A body that is kept in a file stays in memory up to this many bytes.
_SPOOLED_BYTES = 2**20


class IncomingBody:
    """Collects the pieces of a body.

    Args:
        kept_in: where.

    Attributes:
        size: how many bytes there have been.
    """

    def __init__(self, kept_in: KeptIn) -> None:
        self.size = 0
        self._kept_in = kept_in
        self._pieces: list[bytes] = []
        self._file: BinaryIO | None = None

    def write(self, piece: bytes | bytearray) -> None:
        """Take up a piece."""
        self.size += len(piece)
        if self._kept_in == "memory":
            self._pieces.append(bytes(piece))
        elif self._kept_in == "file":
            if self._file is None:
                self._file = _new_file()
            self._file.write(piece)

    def joined(self) -> bytes:
        """The whole body, if it is kept in memory; otherwise nothing."""
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)

    def upload(self) -> Upload | None:
        """The body, if it is not kept in memory."""
        if self._kept_in == "memory":
            return None
        if self._kept_in == "file":
            if self._file is None:
                self._file = _new_file()
            self._file.seek(0)
        return Upload(self.size, self._file)

    def close(self) -> None:
        """Throw away what was kept in a file."""
        if self._file is not None:
            self._file.close()


def _new_file() -> BinaryIO:
    spooled = tempfile.SpooledTemporaryFile(_SPOOLED_BYTES)  # noqa: SIM115 - closed by its owner
    return cast(BinaryIO, spooled)
