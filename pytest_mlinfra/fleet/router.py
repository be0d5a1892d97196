"""From a request to the route that answers it."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from http import HTTPStatus

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.protocols.route import ErrorShape, ModelProtocol, Route, refuse
from pytest_mlinfra.fleet.refusal import Refusal


def is_being_cancelled() -> bool:
    """Whether somebody has asked the running task to end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


@dataclass(frozen=True)
class Call:
    """A request, and where it leads.

    Attributes:
        request: the request, with the parameters of its route.
        model: the name of the model that it is for.
        route: the route; None if there is none.
        protocol: whose route it is, or whose it would be.
        otherwise: why there is none.
    """

    request: Request
    model: str
    route: Route | None
    protocol: ModelProtocol | None
    otherwise: Refusal | None = None

    async def answer(self) -> Response:
        """What the route answers; whatever a model's own code raises becomes an error."""
        if self.route is None:
            assert self.otherwise is not None
            return refuse(self.protocol, self.otherwise)
        try:
            response = self.route.handle(self.request)
            return await response if inspect.isawaitable(response) else response
        except Refusal as refusal:
            return refuse(self.protocol, refusal)
        except asyncio.CancelledError as error:
            # Also what a model cancels of its own accord arrives here.
            if is_being_cancelled():
                raise
            return refuse(self.protocol, Refusal("failed", type(error).__name__))
        except Exception as error:  # noqa: BLE001 - a model's own code may raise anything
            reason = f"{type(error).__name__}: {error}"
            return refuse(self.protocol, Refusal("failed", reason))


@dataclass(frozen=True)
class _Owned:
    """A route, and whose it is."""

    route: Route
    protocol: ModelProtocol


class Router:
    """The routes of all protocols of a server.

    A path that is written out wins over one with parameters; of two alike, the earlier
    one answers. Where none matches, the path may begin with the name of a model, as in
    ``/resnet/health``: then it leads to what that model alone would answer.
    The table is made at the first request.

    Args:
        protocols: what the server speaks; None for everything built in.
        models: what it serves.
    """

    def __init__(self, protocols: Sequence[ModelProtocol] | None, models: Models) -> None:
        self._given = protocols
        self._models = models
        self._below: dict[str, Router] = {}

    @cached_property
    def _protocols(self) -> Sequence[ModelProtocol]:
        if self._given is not None:
            return self._given
        # Two dozen modules, which nobody pays for who only starts a server.
        from pytest_mlinfra.fleet.protocols.built_in import BUILT_IN  # noqa: PLC0415

        return BUILT_IN

    @cached_property
    def _tables(self) -> tuple[dict[str, dict[str, _Owned]], list[_Owned]]:
        """The routes by path and method, and those with parameters in a list."""
        literal: dict[str, dict[str, _Owned]] = {}
        patterns: list[_Owned] = []
        for protocol in self._protocols:
            for route in protocol.routes(self._models):
                if route.is_literal:
                    methods = literal.setdefault(route.path, {})
                    methods.setdefault(route.method, _Owned(route, protocol))
                else:
                    patterns.append(_Owned(route, protocol))
        return literal, patterns

    def resolve(self, request: Request) -> Call:
        """Where `request` leads."""
        method = "GET" if request.method == "HEAD" else request.method
        first = self._models.first.name
        others: list[_Owned] = []
        for owned, parameters in self._matches(request.path):
            if owned.route.method == method:
                complete = replace(request, parameters=parameters) if parameters else request
                model = self._model_of(owned.route, complete) or first
                return Call(complete, model, owned.route, owned.protocol)
            others.append(owned)
        if method == "OPTIONS" and (others or request.path == "*"):
            return Call(request, first, _options(request.path, others), None)
        if others:
            allowed = sorted({owned.route.method for owned in others})
            refusal = Refusal(
                "wrong method",
                f"{request.path} takes {' and '.join(allowed)}, not {request.method}",
                headers={"allow": _allow(others)},
            )
            return Call(request, first, None, others[0].protocol, refusal)
        name, _, below = request.path[1:].partition("/")
        if below and name in self._models:
            return self._only(name).resolve(replace(request, path=f"/{below}"))
        refusal = Refusal("not found", f"no route {request.path}")
        return Call(request, first, None, self._owner(request.path), refusal)

    def _model_of(self, route: Route, request: Request) -> str | None:
        """The model that `request` names, if there is such a one."""
        try:
            name = route.model(request)
        except Exception:  # noqa: BLE001 - asked of anything, also of half a request
            return None
        return name if name in self._models else None

    def _only(self, name: str) -> Router:
        if name not in self._below:
            self._below[name] = Router(self._given, self._models.only(name))
        return self._below[name]

    def _matches(self, path: str) -> Iterator[tuple[_Owned, dict[str, str]]]:
        literal, patterns = self._tables
        for owned in literal.get(path, {}).values():
            yield owned, {}
        for owned in patterns:
            parameters = owned.route.match(path)
            if parameters is not None:
                yield owned, parameters

    @cached_property
    def _prefixes(self) -> list[tuple[str, ModelProtocol]]:
        """What paths begin with, and whose those are; the longest first."""
        shaped = [each for each in self._protocols if isinstance(each, ErrorShape)]
        prefixes = [(prefix, each) for each in shaped for prefix in each.prefixes]
        return sorted(prefixes, key=lambda entry: -len(entry[0]))

    def _owner(self, path: str) -> ModelProtocol | None:
        """The protocol whose prefix `path` has; the longest one counts."""
        return next((each for prefix, each in self._prefixes if path.startswith(prefix)), None)


def _allow(owned: Iterable[_Owned]) -> str:
    """The methods of several routes of one path, as in the header of that name."""
    methods = {each.route.method for each in owned} | {"OPTIONS"}
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))


def _options(path: str, owned: Iterable[_Owned]) -> Route:
    """The route by which a path tells what can be done with it."""
    response = Response(HTTPStatus.NO_CONTENT, headers={"allow": _allow(owned)})
    return Route("OPTIONS", path, lambda _request: response)
