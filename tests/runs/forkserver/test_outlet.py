"""What comes out of a pipe is kept up to a limit."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from pytest_mlinfra.runs.forkserver.outlet import Outlet


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    yield reading, writing
    os.close(reading)


def test_keeps_what_fits(pipe: tuple[int, int]) -> None:
    outlet = Outlet(pipe[0], most=8)
    os.write(pipe[1], b"12345678")
    os.close(pipe[1])

    outlet.drain()

    assert (outlet.text, outlet.is_cut, outlet.is_open) == ("12345678", False, False)


def test_throws_away_what_does_not(pipe: tuple[int, int]) -> None:
    outlet = Outlet(pipe[0], most=8)
    os.write(pipe[1], b"12345")
    assert outlet.read() == b"12345"
    os.write(pipe[1], b"67890")
    assert outlet.read() == b"678"
    os.write(pipe[1], b"12345")
    assert outlet.read() == b""
    os.close(pipe[1])

    assert (outlet.text, outlet.is_cut, outlet.is_open) == ("12345678", True, True)


def test_does_not_wait_for_a_pipe_that_somebody_keeps_open(pipe: tuple[int, int]) -> None:
    outlet = Outlet(pipe[0], most=8)
    os.write(pipe[1], b"123")

    outlet.drain()

    assert (outlet.text, outlet.is_open) == ("123", True)
    os.close(pipe[1])


def test_shows_any_bytes(pipe: tuple[int, int]) -> None:
    outlet = Outlet(pipe[0], most=8)
    os.write(pipe[1], b"\xffabc")
    os.close(pipe[1])
    outlet.drain()

    assert outlet.text == "\N{REPLACEMENT CHARACTER}abc"
