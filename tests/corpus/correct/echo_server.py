"""Messages go to and fro over streams, as over a websocket."""

from __future__ import annotations

import asyncio


async def program(url: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while message := await reader.readline():
                writer.write(message.upper())
                await writer.drain()
        finally:
            writer.close()
            await writer.wait_closed()

    async def talk(port: int, name: str) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for _ in range(3):
                writer.write(f"{name}\n".encode())
                answer = await reader.readline()
        finally:
            writer.close()
            await writer.wait_closed()
        return answer.decode().strip()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        talks = [talk(port, name) for name in ("ada", "bob")]
        assert await asyncio.gather(*talks) == ["ADA", "BOB"]
