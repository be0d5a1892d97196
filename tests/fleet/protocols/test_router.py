"""From a request to its route."""

from __future__ import annotations

from collections.abc import Iterable

import httpx
import pytest

from pytest_mlinfra.fleet import Model, Models, ModelServer, Request, Response, Route
from pytest_mlinfra.fleet.router import Router


def _says(text: str) -> Response:
    return Response(body=text.encode())


class First:
    name = "first"

    def routes(self, models: Models) -> Iterable[Route]:
        yield Route("GET", "/pets/{pet}", lambda request: _says(request.parameters["pet"]))
        yield Route("GET", "/files/{path:path}", lambda request: _says(request.parameters["path"]))
        yield Route("GET", "/both", lambda _request: _says("first"))


class Second:
    name = "second"

    def routes(self, models: Models) -> Iterable[Route]:
        yield Route("GET", "/pets/all", lambda _request: _says("all of them"))
        yield Route("GET", "/both", lambda _request: _says("second"))
        yield Route("POST", "/both", lambda _request: _says("posted"))


@pytest.fixture
def router() -> Router:
    return Router([First(), Second()], Models([Model("m")]))


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", "/pets/cat", b"cat"),
        ("GET", "/pets/all", b"all of them"),
        ("GET", "/files/a/b/c", b"a/b/c"),
        ("GET", "/both", b"first"),
        ("HEAD", "/both", b"first"),
        ("POST", "/both", b"posted"),
    ],
)
async def test_where_requests_lead(router: Router, method: str, path: str, said: bytes) -> None:
    response = await router.resolve(Request(method, path)).answer()

    assert (response.status, response.body) == (200, said)


@pytest.mark.parametrize("path", ["/pets", "/pets/", "/pets/a/b", "/files/", "/Both", "/both/"])
async def test_paths_that_lead_nowhere(router: Router, path: str) -> None:
    response = await router.resolve(Request("GET", path)).answer()

    assert response.status == 404


async def test_a_wrong_method_is_told_the_right_ones(router: Router) -> None:
    response = await router.resolve(Request("PUT", "/both")).answer()

    assert response.status == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert response.body == b'{"error":"/both takes GET and POST, not PUT"}'


async def test_the_table_is_made_at_the_first_request() -> None:
    made = []

    class Curious:
        name = "curious"

        def routes(self, models: Models) -> Iterable[Route]:
            made.append(models)
            return []

    router = Router([Curious()], Models([Model("m")]))
    assert made == []
    for _ in range(2):
        router.resolve(Request("GET", "/"))
    assert len(made) == 1


async def test_a_protocol_may_serve_several_models(http_client: httpx.AsyncClient) -> None:
    async with ModelServer([Model("a"), Model("b", lambda _: "from b")]) as server:
        answer = await http_client.post(
            f"{server.url}/v1/models/b:predict", json={"instances": [1]}
        )
        listed = await http_client.get(f"{server.url}/v1/models")

        assert answer.json() == {"predictions": ["from b"]}
        assert listed.json()["models"] == ["a", "b"]
        assert [each.model for each in server.journal] == ["b", "a"]
