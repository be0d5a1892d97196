"""A server and clients of asyncio's own streams, with messages in several parts."""

from __future__ import annotations

import asyncio


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def _ask(port: int, words: list[str]) -> list[str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = []
    for word in words:
        writer.write(word[:2].encode())
        await asyncio.sleep(0.01)
        writer.write(f"{word[2:]}\n".encode())
        await writer.drain()
        answers.append((await reader.readline()).decode().strip())
    writer.close()
    await writer.wait_closed()
    return answers


async def program() -> None:
    server = await asyncio.start_server(_echo, "127.0.0.1", 0, start_serving=False)
    port = server.sockets[0].getsockname()[1]
    async with server:
        await server.start_serving()
        answers = await asyncio.gather(
            _ask(port, ["first", "second"]), _ask(port, ["third"]), _ask(port, ["fourth"])
        )
    assert [*answers] == [["FIRST", "SECOND"], ["THIRD"], ["FOURTH"]]
    # The handlers have to see their connections end.
    await asyncio.sleep(0.1)
