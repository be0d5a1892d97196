"""Deployments on their way, by the virtual clock."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import Model, ModelFleet, ModelServer, Rollout


async def deploy(client: httpx.AsyncClient, server: ModelServer, model: str = "resnet") -> str:
    body = {"model_id": model, "environment": "staging"}
    answer = await client.post(f"{server.url}/deployments", json=body)
    assert answer.status_code == 202
    assert answer.json()["status"] == "accepted"
    return f"{server.url}{answer.headers['location']}"


async def course(
    client: httpx.AsyncClient, clock: VirtualClock, url: str, until: float
) -> list[tuple[float, Any]]:
    """The status whenever it has changed, looked at four times a second."""
    seen: list[tuple[float, Any]] = []
    while clock.now <= until:
        status = (await client.get(url)).json()["status"]
        if not seen or seen[-1][1] != status:
            seen.append((clock.now, status))
        await clock.advance(0.25)
    return seen


@pytest.mark.parametrize(
    ("outcome", "ending"),
    [
        ("deployed", [(2, "deployed")]),
        ("failed", [(2, "failed")]),
        ("rolled back", [(2, "rolling back"), (3, "rolled back")]),
    ],
)
async def test_the_course_of_a_deployment(
    model_fleet: ModelFleet,
    http_client: httpx.AsyncClient,
    virtual_clock: VirtualClock,
    outcome: Any,
    ending: list[tuple[float, str]],
) -> None:
    server = await model_fleet.start(Model("resnet", rollout=Rollout(outcome=outcome)))
    url = await deploy(http_client, server)

    seen = await course(http_client, virtual_clock, url, 4)

    assert seen == [(0, "accepted"), (0.5, "progressing"), *ending]
    last = (await http_client.get(url)).json()
    assert ("reason" in last) == (outcome != "deployed")


async def test_a_deployment_is_rolled_back_on_demand(
    model_server: ModelServer, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    url = await deploy(http_client, model_server)
    await virtual_clock.advance(2)

    begun = await http_client.post(f"{url}/rollback")
    await virtual_clock.advance(1)
    ended = await http_client.get(url)
    again = await http_client.post(f"{url}/rollback")

    assert (begun.status_code, begun.json()["status"]) == (202, "rolling back")
    assert ended.json() == {
        "deployment_id": "deployment-1",
        "model_id": "resnet",
        "environment": "staging",
        "status": "rolled back",
    }
    assert again.status_code == 409
    assert "rolled back already" in again.json()["error"]


async def test_deployments_are_listed_and_forgotten(
    model_server: ModelServer, http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    first = await deploy(http_client, model_server, "a")
    await deploy(http_client, model_server, "b")

    deleted = await http_client.delete(first)
    listed = (await http_client.get(f"{model_server.url}/deployments")).json()["deployments"]

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert [each["model_id"] for each in listed] == ["b"]
    assert (await http_client.get(first)).status_code == 404


async def test_each_model_goes_its_own_way(
    http_client: httpx.AsyncClient, virtual_clock: VirtualClock
) -> None:
    models = [
        Model("usual"),
        Model("quick", rollout=Rollout(accepted=0.1, progressing=0.5)),
    ]
    async with ModelServer(models) as server:
        urls = [await deploy(http_client, server, name) for name in ("usual", "quick", "unknown")]
        await virtual_clock.advance(1)
        statuses = [(await http_client.get(url)).json()["status"] for url in urls]

    assert statuses == ["progressing", "deployed", "progressing"]


def test_a_time_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="'accepted' must be at least 0"):
        Rollout(accepted=-1)
