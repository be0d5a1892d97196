"""What a run was stopped for, in plain words."""

from __future__ import annotations

import enum
import errno

import msgspec

from pytest_mlinfra.katas.model import Limits

KIB = 1024
MIB = 1024 * KIB


class Limit(enum.StrEnum):
    """What was limited; the value is the id of the message for the learner."""

    TIME = "time-limit"
    CPU = "cpu-limit"
    MEMORY = "memory-limit"
    PROCESSES = "process-limit"
    THREADS = "thread-limit"
    FILE = "file-limit"
    WRITTEN = "write-limit"
    OPEN_FILES = "open-files-limit"
    OUTPUT = "output-limit"


_WORDS = {
    Limit.TIME: "ran longer than {:g} s",
    Limit.CPU: "used more than {:g} s of processor time",
    Limit.MEMORY: "used more than {:g} MiB of memory",
    Limit.PROCESSES: "started more than {:g} processes",
    Limit.THREADS: "started more than {:g} threads",
    Limit.FILE: "wrote more than {:g} MiB to one file",
    Limit.WRITTEN: "wrote more than {:g} MiB",
    Limit.OPEN_FILES: "had more than {:g} files and sockets open",
    Limit.OUTPUT: "printed more than {:g} KiB: cut here",
}


class Hit(msgspec.Struct, frozen=True):
    """A limit that a run went beyond.

    Attributes:
        limit: which.
        most: the most that it allows, in its own unit.
    """

    limit: Limit
    most: float

    def __str__(self) -> str:
        return _WORDS[self.limit].format(self.most)


def hit_of(error: BaseException, limits: Limits) -> Hit | None:
    """The limit that made the operating system refuse something, if `error` says that it did."""
    match error:
        case MemoryError():
            return Hit(Limit.MEMORY, limits.memory)
        case RuntimeError() if "can't start new thread" in str(error):
            return Hit(Limit.THREADS, limits.threads)
        case OSError(errno=errno.EFBIG):
            return Hit(Limit.FILE, limits.file)
        case OSError(errno=errno.EMFILE):
            return Hit(Limit.OPEN_FILES, limits.open_files)
        case _:
            return None


# For the course's own tools, which no learner's code runs in: only against mishaps.
TOOL_LIMITS = Limits(
    kata=120,
    cpu=240,
    memory=4096,
    file=1024,
    written=4096,
    open_files=4096,
    output=16 * KIB,
)
