"""The shape of a protocol: routes for the models of a server, and errors of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import msgspec

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.paths import match_path
from pytest_mlinfra.fleet.refusal import Refusal

Handler = Callable[[Request], Response | Awaitable[Response]]
KeptIn = Literal["memory", "file", "count"]


def model_in_path(request: Request) -> str | None:
    """What stands for ``{model}`` in the path."""
    return request.parameters.get("model")


def model_in_body(request: Request) -> str | None:
    """What stands under ``model`` in the JSON of the body."""
    try:
        body = request.json()
    except msgspec.DecodeError:
        return None
    name = body.get("model") if isinstance(body, dict) else None
    return name if isinstance(name, str) else None


@dataclass(frozen=True)
class Route:
    """A method and a path, and who answers them.

    Attributes:
        method: ``GET``, ``POST`` and so on; a ``GET`` route also answers ``HEAD``.
        path: the whole path, decoded. ``{name}`` in it stands for one segment,
            ``{name:path}`` for any number of them; what stood there is in the request's
            `parameters`.
        handle: from the request to the response, as a function or a coroutine function;
            must not block. It may raise a `Refusal`.
        model: the name of the model that a request is for, for the journal; by default
            what stands for ``{model}`` in the path. None means the server's first model.
        body: where the bodies of requests are kept. ``file`` is for those that are too
            large for the memory, ``count`` for those that nobody reads; both are found
            in the request's `upload`.
    """

    method: str
    path: str
    handle: Handler
    model: Callable[[Request], str | None] = model_in_path
    body: KeptIn = "memory"

    @property
    def is_literal(self) -> bool:
        """Whether its path is one path and no pattern."""
        return "{" not in self.path

    def match(self, path: str) -> dict[str, str] | None:
        """The parameters that `path` holds, or None if it is not this route's."""
        return match_path(self.path, path)


class ModelProtocol(Protocol):
    """A protocol that model servers speak."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        ...

    def routes(self, models: Models) -> Iterable[Route]:
        """The routes by which `models` are reached."""
        ...


@runtime_checkable
class ErrorShape(Protocol):
    """What a protocol has besides if its errors have a shape of their own."""

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What the paths begin with whose errors are its own even where there is no route."""
        ...

    def refuse(self, refusal: Refusal) -> Response:
        """The error in the protocol's own shape."""
        ...


def refuse(protocol: object, refusal: Refusal) -> Response:
    """An error as `protocol` has it; by default JSON with one key, ``error``."""
    if isinstance(protocol, ErrorShape):
        response = protocol.refuse(refusal)
    else:
        response = Response.of_error(refusal.usual_status, refusal.detail)
    return response.with_headers(refusal.headers)
