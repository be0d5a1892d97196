"""Where bodies of requests are kept."""

from __future__ import annotations

import msgspec
import pytest

from pytest_mlinfra.fleet import ModelServer
from pytest_mlinfra.fleet.bodies import IncomingBody
from raw_client import connected


def body_of(kept_in: str, *pieces: bytes) -> IncomingBody:
    body = IncomingBody(kept_in)  # type: ignore[arg-type]
    for piece in pieces:
        body.write(piece)
    return body


@pytest.mark.parametrize("pieces", [(), (b"one",), (b"one", bytearray(b"two"))])
def test_a_body_in_memory_is_joined(pieces: tuple[bytes, ...]) -> None:
    body = body_of("memory", *pieces)

    assert (body.joined(), body.upload(), body.size) == (b"".join(pieces), None, body.size)


def test_a_body_that_is_counted_is_thrown_away() -> None:
    upload = body_of("count", b"one", b"three").upload()

    assert upload is not None
    assert (upload.size, upload.file) == (8, None)


@pytest.mark.parametrize("size", [0, 1, 3 * 2**20])
def test_a_body_in_a_file_is_read_from_its_beginning_until_it_is_closed(size: int) -> None:
    body = body_of("file", bytes(size))
    upload = body.upload()

    assert upload is not None
    assert upload.file is not None
    assert len(upload.file.read()) == upload.size == size
    assert body.joined() == b""
    body.close()
    with pytest.raises(ValueError, match="closed file"):
        upload.file.read()


@pytest.mark.parametrize("body", [b"", b"hello"])
async def test_a_route_says_where_bodies_are_kept(mirror: ModelServer, body: bytes) -> None:
    answers = {}
    async with connected(mirror) as client:
        for path in ("/tell/x", "/count", "/file"):
            head = f"POST {path} HTTP/1.1\nHost: fleet\nContent-Length: {len(body)}"
            answers[path] = msgspec.json.decode((await client.ask(head, body)).body)

    assert {answer["size"] for answer in answers.values()} == {len(body)}
    assert answers["/tell/x"]["body"] == body.decode()
    assert answers["/count"]["body"] == ""
    assert answers["/file"]["read"] == len(body)
