"""What a learner is told about one failure."""

from __future__ import annotations

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One failure, explained.

    Attributes:
        id: which misconception it is, in kebab case; the same for everybody who has it.
        headline: one sentence that names the misconception.
        evidence: what was seen, a few lines; may be empty.
        path: the learner's file to look at; None where no file is to blame.
        line: the line in it, counted from 1; None where the whole file is meant.
    """

    id: str
    headline: str
    evidence: str = ""
    path: str | None = None
    line: int | None = None

    @property
    def place(self) -> str:
        """Where to look, as ``file:line``; empty where there is nothing to look at."""
        if self.path is None:
            return ""
        return self.path if self.line is None else f"{self.path}:{self.line}"

    def __str__(self) -> str:
        parts = [self.headline, self.evidence, f"Look at {self.place}" if self.place else ""]
        return "\n\n".join(part for part in parts if part)


class FallsShortError(AssertionError):
    """A graded item that fell short, with what to tell the learner.

    Attributes:
        message: that.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def shortened(text: str, lines: int = 16) -> str:
    """`text` without its tail beyond `lines`, which is only counted."""
    every = text.strip("\n").splitlines()
    if len(every) <= lines:
        return "\n".join(every)
    return "\n".join([*every[:lines], f"… and {len(every) - lines} more lines"])
