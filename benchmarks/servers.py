"""Fake servers of several makes, all of which answer ``GET /health`` with the same JSON."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import respx
import uvicorn
from aiohttp import web
from aiohttp.test_utils import TestServer
from pytest_httpserver import HTTPServer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from pytest_mlinfra.fleet import Model, ModelServer

Started = Callable[[], AbstractAsyncContextManager[str]]
ANSWER = {"status": "healthy", "model": "model"}


@contextlib.asynccontextmanager
async def model_server() -> AsyncIterator[str]:
    """Ours."""
    async with ModelServer([Model("model")]) as server:
        yield server.url


@contextlib.asynccontextmanager
async def httpserver() -> AsyncIterator[str]:
    """pytest-httpserver: a thread of its own."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = HTTPServer()
    server.expect_request("/health").respond_with_json(ANSWER)
    server.start()
    try:
        yield server.url_for("").rstrip("/")
    finally:
        server.stop()


@contextlib.asynccontextmanager
async def aiohttp_server() -> AsyncIterator[str]:
    """What aiohttp has for tests, on the same loop."""

    async def health(_request: web.Request) -> web.Response:
        return web.json_response(ANSWER)

    app = web.Application()
    app.router.add_get("/health", health)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


def uvicorn_server(http: str) -> Started:
    """Uvicorn with Starlette, on the same loop, with one of its two parsers of HTTP."""

    @contextlib.asynccontextmanager
    async def started() -> AsyncIterator[str]:
        async def health(_request: Request) -> JSONResponse:
            return JSONResponse(ANSWER)

        app = Starlette(routes=[Route("/health", health)])
        config = uvicorn.Config(
            app, log_level="critical", lifespan="off", access_log=False, http=http
        )
        server = uvicorn.Server(config)
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        # What `serve` is without the signals, which belong to the benchmark.
        serving = asyncio.create_task(server._serve([listener]))  # noqa: SLF001
        while not server.started:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.001)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving

    return started


@contextlib.asynccontextmanager
async def respx_mock() -> AsyncIterator[str]:
    """respx: no server, but answers within httpx."""
    with respx.mock(base_url="http://fleet", assert_all_called=False) as mock:
        mock.get("/health").respond(json=ANSWER)
        yield "http://fleet"


PEERS: dict[str, Started] = {
    "uvicorn (h11) + Starlette": uvicorn_server("h11"),
    "uvicorn (httptools) + Starlette": uvicorn_server("httptools"),
    "aiohttp's test server": aiohttp_server,
    "pytest-httpserver": httpserver,
    "respx (no server)": respx_mock,
}
