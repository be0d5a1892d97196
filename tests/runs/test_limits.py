"""Every limit has its words, and an error of the operating system's its limit."""

from __future__ import annotations

import errno

import pytest

from pytest_mlinfra.katas.model import Limits
from pytest_mlinfra.runs.limits import Hit, Limit, hit_of


@pytest.mark.parametrize("limit", list(Limit))
def test_every_limit_says_what_was_done_and_how_much_is_allowed(limit: Limit) -> None:
    words = str(Hit(limit, 42))

    assert " more than 42" in words or words == "ran longer than 42 s"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "used more than 512 MiB of memory"),
        (OSError(errno.EFBIG, "File too large"), "wrote more than 16 MiB to one file"),
        (
            OSError(errno.EMFILE, "Too many open files"),
            "had more than 512 files and sockets open",
        ),
        (RuntimeError("can't start new thread"), "started more than 256 threads"),
    ],
)
def test_knows_the_errors_that_limits_cause(error: BaseException, words: str) -> None:
    assert str(hit_of(error, Limits())) == words


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOENT, "gone"), RuntimeError("no"), ValueError(), KeyboardInterrupt()]
)
def test_knows_the_errors_that_they_do_not(error: BaseException) -> None:
    assert hit_of(error, Limits()) is None
