"""The admin API of a running fleet: see what it does, break it, heal it, stop it.

It is a protocol like those of the models, on a socket or a port of its own.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from pytest_mlinfra.errors import MlinfraError
from pytest_mlinfra.fleet.faults import Fault, fault_from_dict, fault_to_dict
from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.protocols.body import json_body
from pytest_mlinfra.fleet.protocols.query import Query
from pytest_mlinfra.fleet.protocols.route import Handler, Route
from pytest_mlinfra.fleet.refusal import Refusal
from pytest_mlinfra.fleet.standalone.about import FaultTable, FleetAbout, ModelAbout
from pytest_mlinfra.fleet.standalone.journal_pages import JournalPages
from pytest_mlinfra.fleet.standalone.running import RunningFleet


class AdminProtocol:
    """What the admin API answers.

    Args:
        fleet: the running fleet.
        stop: ends it.
        token: what requests have to bear; empty for none.
    """

    name = "admin"

    def __init__(self, fleet: RunningFleet, stop: Callable[[], None], token: str = "") -> None:
        self._fleet = fleet
        self._stop = stop
        self._token = token

    def routes(self, models: Models) -> Iterable[Route]:
        """Every route; `models` are the admin server's own and say nothing."""
        pages = JournalPages(self._fleet.journal)
        handlers: list[tuple[str, str, Handler]] = [
            ("GET", "/", self._show),
            ("GET", "/models/{model}/faults", self._show_faults),
            ("POST", "/models/{model}/faults", self._add_fault),
            ("PUT", "/models/{model}/faults", self._replace_faults),
            ("DELETE", "/models/{model}/faults", self._remove_faults),
            ("DELETE", "/faults", self._heal),
            ("GET", "/journal", pages.journal),
            ("DELETE", "/journal", pages.clear),
            ("GET", "/timeline", pages.timeline),
            ("POST", "/stop", self._end),
        ]
        for method, path, handle in handlers:
            yield Route(method, path, self._guarded(handle))

    def _guarded(self, handle: Handler) -> Handler:
        def guarded(request: Request) -> Any:
            given = request.headers.get("authorization", "").encode()
            if self._token and not hmac.compare_digest(given, f"Bearer {self._token}".encode()):
                raise Refusal("unauthorized", "the token is missing or wrong")
            return handle(request)

        return guarded

    def _show(self, _request: Request) -> Response:
        fleet = self._fleet
        about = FleetAbout(
            name=fleet.config.name,
            pid=os.getpid(),
            config=str(fleet.config.path.resolve()),
            requests=fleet.journal.total,
            in_flight=fleet.in_flight,
            models=[self._about(name) for name in fleet.names],
        )
        return Response.of_json(about)

    def _about(self, model: str) -> ModelAbout:
        journal = self._fleet.journal.of(model)
        return ModelAbout(
            name=model,
            url=self._fleet.url(model),
            requests=len(journal),
            in_flight=journal.in_flight,
            faults=self._told(model),
        )

    def _show_faults(self, request: Request) -> Response:
        return self._answer(self._model(request))

    def _add_fault(self, request: Request) -> Response:
        model, fault = self._model(request), _fault(json_body(request))
        with _as_refusal():
            self._fleet.add_fault(model, fault)
        return self._answer(model, HTTPStatus.CREATED)

    def _replace_faults(self, request: Request) -> Response:
        model, told = self._model(request), json_body(request)
        if not isinstance(told, list):
            raise Refusal("bad request", "the body has to be a list of faults")
        faults = [_fault(each) for each in told]
        with _as_refusal():
            self._fleet.replace_faults(model, faults)
        return self._answer(model)

    def _remove_faults(self, request: Request) -> Response:
        """Remove all, or those of one ``kind``, or the one with a ``number`` from 1 on."""
        model, query = self._model(request), Query(request)
        kind, number = query.text("kind"), query.number("number", 0)
        before = len(self._fleet.faults(model))
        self._fleet.remove_faults(
            model,
            lambda place, fault: (not kind or fault.kind == kind) and number in (0, place),
        )
        if (kind or number) and len(self._fleet.faults(model)) == before:
            raise Refusal("not found", f"{model} has no fault {kind or number}")
        return self._answer(model)

    def _heal(self, request: Request) -> Response:
        for model in self._fleet.names:
            self._fleet.replace_faults(model, ())
        return self._show(request)

    def _end(self, _request: Request) -> Response:
        self._stop()
        return Response.of_json({"stopping": True, "in_flight": self._fleet.in_flight})

    def _model(self, request: Request) -> str:
        model = request.parameters["model"]
        if model not in self._fleet.names:
            known = ", ".join(self._fleet.names)
            raise Refusal("unknown model", f"there is no model {model!r}; there is {known}")
        return model

    def _answer(self, model: str, status: int = HTTPStatus.OK) -> Response:
        return Response.of_json(self._told(model), status)

    def _told(self, model: str) -> list[FaultTable]:
        return [fault_to_dict(fault) for fault in self._fleet.faults(model)]


def _fault(told: Any) -> Fault:
    if not isinstance(told, dict):
        raise Refusal("bad request", 'a fault is an object such as {"kind": "hang"}')
    with _as_refusal():
        return fault_from_dict(told)


@contextmanager
def _as_refusal() -> Iterator[None]:
    """Whatever cannot be is the mistake of whoever asked for it."""
    try:
        yield
    except MlinfraError as error:
        raise Refusal("bad request", str(error)) from error
