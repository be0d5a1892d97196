"""Why a file cannot be read, as a person would put it here."""

from __future__ import annotations


def why_unreadable(error: OSError | UnicodeDecodeError) -> str:
    """Why a file cannot be read, to be put behind its name: "is a folder"."""
    match error:
        case FileNotFoundError():
            return "is not there"
        case IsADirectoryError():
            return "is a folder, not a file"
        case UnicodeDecodeError():
            line = error.object[: error.start].count(b"\n") + 1
            return f"is not UTF-8: see line {line}"
        case _:
            return f"cannot be read: {error.strerror or error}"
