"""Deployments of models, each on its way by the clock.

A deployment is accepted, then progressing, then deployed, failed, or rolled back, as the
`Rollout` of its model has it; a model that this server does not know goes the way of its
first.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models, Rollout
from pytest_mlinfra.fleet.protocols.body import typed_body
from pytest_mlinfra.fleet.protocols.route import Route
from pytest_mlinfra.fleet.refusal import Refusal


class DeploymentRequest(msgspec.Struct, frozen=True):
    """The body of a request for a deployment."""

    model_id: str
    environment: str = "production"


class DeploymentsProtocol:
    """``/deployments``: to create, list, look at, roll back and forget them."""

    name = "deployments"

    def routes(self, models: Models) -> Iterable[Route]:
        """Five routes over the deployments of one server."""
        deployments: dict[str, _Deployment] = {}
        numbers = itertools.count(1)

        def find(request: Request) -> _Deployment:
            name = request.parameters["deployment"]
            if name not in deployments:
                raise Refusal("not found", f"no deployment has the id {name!r}")
            return deployments[name]

        def create(request: Request) -> Response:
            asked = typed_body(request, DeploymentRequest)
            model = models.get(asked.model_id, models.first)
            name = f"deployment-{next(numbers)}"
            made = _Deployment(name, asked, model.model.rollout, _now())
            deployments[name] = made
            response = Response.of_json(made.described(), HTTPStatus.ACCEPTED)
            return response.with_headers({"location": f"/deployments/{name}"})

        def listed(_request: Request) -> Response:
            return Response.of_json(
                {"deployments": [each.described() for each in deployments.values()]}
            )

        def look(request: Request) -> Response:
            return Response.of_json(find(request).described())

        def roll_back(request: Request) -> Response:
            found = find(request)
            found.roll_back()
            return Response.of_json(found.described(), HTTPStatus.ACCEPTED)

        def forget(request: Request) -> Response:
            del deployments[find(request).name]
            return Response(HTTPStatus.NO_CONTENT)

        yield Route("POST", "/deployments", create, _model_of)
        yield Route("GET", "/deployments", listed)
        yield Route("GET", "/deployments/{deployment}", look)
        yield Route("POST", "/deployments/{deployment}/rollback", roll_back)
        yield Route("DELETE", "/deployments/{deployment}", forget)


def _model_of(request: Request) -> str | None:
    try:
        return typed_body(request, DeploymentRequest).model_id
    except Refusal:
        return None


def _now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class _Deployment:
    """One deployment.

    Attributes:
        name: its id.
        asked: what was asked for.
        rollout: how it goes.
        began: when it was asked for, in seconds of the loop's clock.
        withdrawn: when it was told to roll back, likewise; None if it was not.
    """

    name: str
    asked: DeploymentRequest
    rollout: Rollout
    began: float
    withdrawn: float | None = None

    @property
    def status(self) -> str:
        """Where it stands at this moment."""
        rollout, now = self.rollout, _now()
        if self.withdrawn is not None:
            return "rolled back" if now >= self.withdrawn + rollout.rolling_back else "rolling back"
        passed = round(now - self.began, 9)
        ended = rollout.accepted + rollout.progressing
        if passed < rollout.accepted:
            return "accepted"
        if passed < ended:
            return "progressing"
        if rollout.outcome == "rolled back" and passed < ended + rollout.rolling_back:
            return "rolling back"
        return rollout.outcome

    def roll_back(self) -> None:
        """Begin to roll it back.

        Raises:
            Refusal: there is nothing to roll back.
        """
        status = self.status
        if status not in {"accepted", "progressing", "deployed"}:
            raise Refusal("conflict", f"the deployment {self.name!r} is {status} already")
        self.withdrawn = _now()

    def described(self) -> dict[str, Any]:
        """What clients read about it."""
        status = self.status
        description: dict[str, Any] = {
            "deployment_id": self.name,
            "model_id": self.asked.model_id,
            "environment": self.asked.environment,
            "status": status,
        }
        if status == "failed" or (self.withdrawn is None and status.startswith("roll")):
            description["reason"] = self.rollout.reason
        return description
