"""The rules of the statement, one test each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import deploy_many
import httpx
import pytest
from deploy_many import deploy_model, deploy_multiple_models

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import Journal, Latency, ModelFleet

NAMES = ("t5", "bert", "whisper", "gpt", "resnet", "llama", "clip", "yolo")


class Platform:
    """Deploys in the place of the answer's deploy_model: each model takes its own time, over HTTP.

    Attributes:
        begun: the deployments that were begun, in order, as (model, environment).
        rolled_back: the models whose deployment was cancelled, and had the time to clean up.
    """

    def __init__(self, fleet: ModelFleet, client: httpx.AsyncClient) -> None:
        self.begun: list[tuple[str, str]] = []
        self.rolled_back: list[str] = []
        self._fleet = fleet
        self._client = client
        self._urls: dict[str, str] = {}
        self._failures: dict[str, Exception] = {}

    async def host(self, model: str, seconds: float, failure: Exception | None = None) -> None:
        """Let there be a model whose deployment takes so long, and may then fail."""
        server = await self._fleet.start(model, Latency(seconds))
        self._urls[model] = f"{server.url}/deployments"
        if failure is not None:
            self._failures[model] = failure

    async def host_all(self, seconds: Sequence[float]) -> list[str]:
        """Let there be models whose deployments take so long, and return their names."""
        models = list(NAMES[: len(seconds)])
        for model, each in zip(models, seconds, strict=True):
            await self.host(model, each)
        return models

    async def deploy_model(self, model_id: str, environment: str) -> dict[str, str]:
        """What the answer has to call."""
        self.begun.append((model_id, environment))
        body = {"model_id": model_id, "environment": environment}
        try:
            answer = await self._client.post(self._urls[model_id], json=body, timeout=None)
        except asyncio.CancelledError:
            await asyncio.sleep(0.5)
            self.rolled_back.append(model_id)
            raise
        if model_id in self._failures:
            raise self._failures[model_id]
        answer.raise_for_status()
        return {**body, "status": "deployed", "by": "the platform"}


@pytest.fixture
def platform(
    monkeypatch: pytest.MonkeyPatch, model_fleet: ModelFleet, http_client: httpx.AsyncClient
) -> Platform:
    """A platform whose deploy_model is in the place of the answer's."""
    made = Platform(model_fleet, http_client)
    monkeypatch.setattr(deploy_many, "deploy_model", made.deploy_model)
    return made


def deployed(*models: str) -> list[dict[str, str]]:
    """What the platform's deploy_model gives for each, in production."""
    return [
        {
            "model_id": model,
            "environment": "production",
            "status": "deployed",
            "by": "the platform",
        }
        for model in models
    ]


@pytest.mark.message("wrong-deployment")
async def test_says_what_was_deployed() -> None:
    """A deployment has to give its model_id, its environment and the status "deployed"."""
    done = await deploy_model("bert", "production")

    assert done == {"model_id": "bert", "environment": "production", "status": "deployed"}


@pytest.mark.message("wrong-duration")
async def test_a_deployment_takes_two_seconds(virtual_clock: VirtualClock) -> None:
    """A deployment has to take 2.0 seconds."""
    with virtual_clock.elapsed() as elapsed:
        await deploy_model("bert", "production")

    took = elapsed.seconds
    assert took == 2.0, f"it took {took:g} s"


@pytest.mark.points(2)
@pytest.mark.message("one-after-another")
async def test_twenty_take_as_long_as_one(virtual_clock: VirtualClock) -> None:
    """Without a limit all have to be deployed together: twenty take 2.0 seconds, as one does."""
    models = [f"m{number}" for number in range(20)]

    with virtual_clock.elapsed() as elapsed:
        done = await deploy_multiple_models(models, "staging")

    took = elapsed.seconds
    assert took == 2.0, f"together they took {took:g} s"
    assert len(done) == 20


@pytest.mark.message("not-by-deploy-model")
async def test_calls_deploy_model_for_each(platform: Platform) -> None:
    """Each model has to be deployed by deploy_model(model_id, environment), looked up by its name."""
    models = await platform.host_all([1, 1])

    await deploy_multiple_models(models, "staging")

    assert sorted(platform.begun) == [("bert", "staging"), ("t5", "staging")]


@pytest.mark.message("models-changed")
async def test_leaves_the_list_of_models_alone(platform: Platform) -> None:
    """The list of models is the caller's, and must not be changed."""
    models = await platform.host_all([1, 2, 1])

    await deploy_multiple_models(models, "production", limit=2)

    assert models == ["t5", "bert", "whisper"]


@pytest.mark.points(2)
@pytest.mark.message("wrong-order")
@pytest.mark.parametrize("limit", [None, 2])
async def test_keeps_the_order_of_the_models(platform: Platform, limit: int | None) -> None:
    """What became of each has to stand in the order of the models, not in that of their ends."""
    models = await platform.host_all([3, 1, 2])

    done = await deploy_multiple_models(models, "production", limit=limit)

    assert [each["model_id"] for each in done] == models


@pytest.mark.message("result-changed")
async def test_passes_on_what_deploy_model_gives(platform: Platform) -> None:
    """What deploy_model has returned has to stand in the list as it is."""
    models = await platform.host_all([1, 2])

    assert await deploy_multiple_models(models, "production") == deployed(*models)


@pytest.mark.message("occurs-twice")
async def test_a_model_that_occurs_twice_is_deployed_twice(platform: Platform) -> None:
    """A model that occurs twice has to be deployed twice, and to stand in the list twice."""
    first, second = await platform.host_all([1, 1])

    done = await deploy_multiple_models([first, second, first], "production")

    assert done == deployed(first, second, first)
    count = len(platform.begun)
    assert count == 3, f"saw {count} deployments"


@pytest.mark.points(2)
@pytest.mark.message("over-the-limit")
@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_never_exceeds_the_limit(platform: Platform, journal: Journal, limit: int) -> None:
    """With a limit, no more than that many may be on their way at any moment."""
    models = await platform.host_all([1] * 6)

    done = await deploy_multiple_models(models, "production", limit=limit)

    journal.expect(6, "deployments").at_most_in_flight(limit)
    assert done == deployed(*models)


@pytest.mark.points(2)
@pytest.mark.message("limit-not-used")
@pytest.mark.parametrize("limit", [2, 4, 99])
async def test_uses_the_whole_limit(platform: Platform, journal: Journal, limit: int) -> None:
    """As many as the limit allows have to be on their way together, or all if there are fewer."""
    models = await platform.host_all([1] * 4)

    await deploy_multiple_models(models, "production", limit=limit)

    journal.expect(4, "deployments").peak_in_flight(min(limit, 4))


@pytest.mark.points(3)
@pytest.mark.message("waits-for-the-slowest")
async def test_refills_a_place_at_once(
    platform: Platform, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A place that becomes free has to be taken at once, not when all of a group have ended."""
    models = await platform.host_all([2, 1, 3, 1, 2])

    with virtual_clock.elapsed() as elapsed:
        await deploy_multiple_models(models, "production", limit=2)

    journal.expect(5, "deployments").peak_in_flight(2).starts_apart([0, 1, 1, 1])
    took = elapsed.seconds
    assert took == 5.0, f"together they took {took:g} s"


@pytest.mark.message("begun-out-of-order")
async def test_begins_in_the_order_of_the_models(platform: Platform) -> None:
    """The deployments have to begin in the order of the models."""
    models = await platform.host_all([2, 1, 1, 2, 1, 1])

    await deploy_multiple_models(models, "production", limit=2)

    assert [model for model, _environment in platform.begun] == models


@pytest.mark.points(2)
@pytest.mark.message("one-fails-all")
@pytest.mark.parametrize("limit", [None, 2])
async def test_a_failure_is_reported_and_the_rest_finish(
    platform: Platform, limit: int | None
) -> None:
    """A deployment that fails has to be reported in its place, and must not stop the others."""
    await platform.host("bert", 2)
    await platform.host("gpt", 1, RuntimeError("no GPU is left"))
    await platform.host("t5", 3)

    done = await deploy_multiple_models(["bert", "gpt", "t5"], "production", limit=limit)

    assert [done[0], done[2]] == deployed("bert", "t5")
    assert isinstance(done[1], dict), f"in its place stands {done[1]!r}"
    told = {key: value for key, value in done[1].items() if key != "error"}
    assert told == {"model_id": "gpt", "environment": "production", "status": "failed"}
    assert "no GPU is left" in done[1]["error"]


@pytest.mark.message("error-without-text")
@pytest.mark.parametrize(
    "failure", [TimeoutError(), OSError("the disk is full"), KeyError("gpu")], ids=repr
)
async def test_an_error_has_a_text(platform: Platform, failure: Exception) -> None:
    """The error has to be a text with the exception's own in it, and never an empty one."""
    await platform.host("bert", 1, failure)

    (failed,) = await deploy_multiple_models(["bert"], "production")

    assert failed["status"] == "failed"
    assert isinstance(failed["error"], str)
    assert failed["error"].strip() != ""
    assert str(failure) in failed["error"]


@pytest.mark.message("deployed-again")
async def test_a_failure_is_not_tried_again(platform: Platform) -> None:
    """A deployment that fails must not be tried again."""
    await platform.host("bert", 1, RuntimeError("no GPU is left"))

    await deploy_multiple_models(["bert"], "production", limit=1)

    count = len(platform.begun)
    assert count == 1, f"saw {count} deployments"


@pytest.mark.points(2)
@pytest.mark.message("failure-keeps-its-place")
async def test_a_failure_gives_its_place_free(
    platform: Platform, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A deployment that fails has to give its place to the next, at once."""
    await platform.host("bert", 1, RuntimeError("no GPU is left"))
    await platform.host("gpt", 1, RuntimeError("no GPU is left"))
    await platform.host("llama", 1)
    await platform.host("t5", 1)
    models = ["bert", "gpt", "llama", "t5"]

    deploying = asyncio.ensure_future(deploy_multiple_models(models, "production", limit=1))
    with virtual_clock.elapsed() as elapsed:
        await asyncio.wait([deploying], timeout=60)

    count = len(platform.begun)
    assert count == 4, f"only {count} of 4 deployments were begun"
    journal.expect(4, "deployments").one_at_a_time().gaps([0, 0, 0])
    took = elapsed.seconds
    assert took == 4.0, f"together they took {took:g} s"
    statuses = [each["status"] for each in await deploying]
    assert statuses == ["failed", "failed", "deployed", "deployed"]


@pytest.mark.message("no-models")
@pytest.mark.parametrize("limit", [None, 3])
async def test_no_models_give_an_empty_list(limit: int | None) -> None:
    """No models have to give an empty list."""
    assert await deploy_multiple_models([], "production", limit=limit) == []


@pytest.mark.points(2)
@pytest.mark.message("limit-below-one")
@pytest.mark.parametrize("limit", [0, -1])
async def test_a_limit_below_one_is_an_error(platform: Platform, limit: int) -> None:
    """A limit below 1 has to be a ValueError, before anything is deployed."""
    models = await platform.host_all([1, 1])

    with pytest.raises(ValueError):
        await asyncio.wait_for(deploy_multiple_models(models, "production", limit=limit), 60)

    count = len(platform.begun)
    assert count == 0, f"{count} deployments were begun all the same"
    with pytest.raises(ValueError):
        await deploy_multiple_models([], "production", limit=limit)


@pytest.mark.message("limit-shared")
async def test_each_call_has_its_own_limit(
    platform: Platform, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """A limit has to count for its own call: two calls at the same time do not share it."""
    models = await platform.host_all([1] * 8)

    with virtual_clock.elapsed() as elapsed:
        await asyncio.gather(
            deploy_multiple_models(models[:4], "staging", limit=2),
            deploy_multiple_models(models[4:], "production", limit=1),
        )

    first = journal.where(lambda each: each.model in models[:4])
    first.expect(4, "deployments with the limit 2").peak_in_flight(2)
    other = journal.where(lambda each: each.model in models[4:])
    other.expect(4, "deployments with the limit 1").peak_in_flight(1)
    took = elapsed.seconds
    assert took == 4.0, f"both calls took {took:g} s"


@pytest.mark.points(2)
@pytest.mark.message("deploys-after-cancelled")
@pytest.mark.parametrize("limit", [None, 2])
async def test_a_cancellation_reaches_the_deployments(
    platform: Platform, journal: Journal, virtual_clock: VirtualClock, limit: int | None
) -> None:
    """A call that is cancelled has to cancel what is on its way, and to begin nothing more."""
    models = await platform.host_all([2, 4, 6])
    task = asyncio.ensure_future(deploy_multiple_models(models, "production", limit=limit))
    await virtual_clock.advance(1)

    task.cancel()
    await asyncio.wait([task])
    await virtual_clock.advance(10)

    count = len(platform.begun)
    before = limit or 3
    assert count == before, f"{count} deployments were begun, {before} before the cancellation"
    journal.expect().cancelled()


@pytest.mark.message("leaves-before-the-clean-up")
async def test_waits_for_the_clean_up_of_what_it_cancels(
    platform: Platform, virtual_clock: VirtualClock
) -> None:
    """A call that is cancelled has to wait until what it has cancelled has cleaned up."""
    models = await platform.host_all([2, 4, 6])
    task = asyncio.ensure_future(deploy_multiple_models(models, "production", limit=2))
    await virtual_clock.advance(1)

    task.cancel()
    await asyncio.wait([task])

    unfinished = {"bert", "t5"} - set(platform.rolled_back)
    assert not unfinished, f"it ended while these were still cleaning up: {sorted(unfinished)}"


@pytest.mark.message("cancellation-swallowed")
async def test_a_cancelled_call_ends_as_cancelled(
    platform: Platform, virtual_clock: VirtualClock
) -> None:
    """A call that is cancelled has to end as cancelled, and not with a result."""
    models = await platform.host_all([2, 4, 6])
    task = asyncio.ensure_future(deploy_multiple_models(models, "production", limit=2))
    await virtual_clock.advance(3)

    task.cancel()
    await asyncio.wait([task])

    ended_as_cancelled = task.cancelled()
    assert ended_as_cancelled, "the call was cancelled, and did not end as cancelled"


@pytest.mark.message("cancellation")
@pytest.mark.cancel_everywhere
async def test_can_be_cancelled_at_any_moment() -> None:
    """Wherever the call is cancelled, nothing of it may be left behind."""
    await deploy_multiple_models(["bert", "gpt", "t5"], "production", limit=2)


@pytest.mark.message("race")
@pytest.mark.explore(seeds=30)
async def test_holds_in_every_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever order the tasks run, the limit has to hold, and no model may be lost."""
    on_their_way = peak = 0

    async def deploy(model_id: str, environment: str) -> dict[str, str]:
        nonlocal on_their_way, peak
        on_their_way += 1
        peak = max(peak, on_their_way)
        await asyncio.sleep(1 if model_id == "slow" else 0)
        on_their_way -= 1
        return {"model_id": model_id, "environment": environment}

    monkeypatch.setattr(deploy_many, "deploy_model", deploy)
    models = ["quick", "slow", "quick", "quick", "slow", "quick"]

    done = await deploy_multiple_models(models, "production", limit=2)

    assert peak == 2, f"with a limit of 2, {peak} were on their way together"
    assert [each["model_id"] for each in done] == models
