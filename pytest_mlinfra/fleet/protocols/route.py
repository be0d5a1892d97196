"""The shape of a protocol: routes for the models of a server."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.model import Models

Handler = Callable[[Request], Response | Awaitable[Response]]
_PARAMETER = re.compile(r"\{(\w+)(:path)?\}")


def _model_in_path(request: Request) -> str | None:
    return request.parameters.get("model")


@dataclass(frozen=True)
class Route:
    """A method and a path, and who answers them.

    Attributes:
        method: ``GET``, ``POST`` and so on; a ``GET`` route also answers ``HEAD``.
        path: the whole path. ``{name}`` in it stands for one segment, ``{name:path}``
            for any number of them; what stood there is in the request's `parameters`.
        handle: from the request to the response, as a function or a coroutine function;
            must not block.
        model: the name of the model that a request is for; by default what stands for
            ``{model}`` in the path. None means the server's first model.
    """

    method: str
    path: str
    handle: Handler
    model: Callable[[Request], str | None] = _model_in_path

    def match(self, path: str) -> dict[str, str] | None:
        """The parameters that `path` holds, or None if it is not this route's."""
        found = self._pattern.fullmatch(path)
        return None if found is None else found.groupdict()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        pattern, rest = "", self.path
        while found := _PARAMETER.search(rest):
            any_segment = ".+" if found[2] else "[^/]+"
            pattern += f"{re.escape(rest[: found.start()])}(?P<{found[1]}>{any_segment})"
            rest = rest[found.end() :]
        return re.compile(pattern + re.escape(rest))


class ModelProtocol(Protocol):
    """A protocol that model servers speak."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        ...

    def routes(self, models: Models) -> Iterable[Route]:
        """The routes by which `models` are reached."""
        ...
