"""Messages arrive whole, or it is said that they did not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_mlinfra.runs.forkserver import wire
from pytest_mlinfra.runs.forkserver.wire import BrokenWireError
from pytest_mlinfra.runs.job import Ending


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    with here, there:
        yield here, there


def test_a_message_of_megabytes_arrives(ends: tuple[socket.socket, socket.socket]) -> None:
    ending = Ending(exit_code=0, output="x" * 5_000_000)
    sender = threading.Thread(target=wire.send, args=(ends[0], ending))
    sender.start()

    assert wire.receive(ends[1], Ending) == ending
    sender.join()


def test_says_when_the_other_side_is_gone(ends: tuple[socket.socket, socket.socket]) -> None:
    ends[0].close()

    with pytest.raises(BrokenWireError, match="the connection was closed"):
        wire.receive(ends[1], Ending)
    with pytest.raises(BrokenWireError):
        wire.send(ends[1], Ending(exit_code=0))


def test_waits_no_longer_than_it_may(ends: tuple[socket.socket, socket.socket]) -> None:
    ends[1].settimeout(0.01)

    with pytest.raises(TimeoutError):
        wire.receive(ends[1], Ending)


def test_refuses_what_is_too_long(ends: tuple[socket.socket, socket.socket]) -> None:
    ends[0].sendall(b"\xff\xff\xff\xff")

    with pytest.raises(BrokenWireError, match="4294967295 bytes is too long"):
        wire.receive(ends[1], Ending)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_whatever_comes_is_a_message_or_is_refused(content: bytes) -> None:
    here, there = socket.socketpair()
    with here, there:
        here.sendall(content)
        here.close()
        try:
            message = wire.receive(there, Ending)
        except BrokenWireError:
            return
    assert isinstance(message, msgspec.Struct)
