"""The same rules with other models, durations and failures, watched by a plain stand-in."""

from __future__ import annotations

import asyncio

import deploy_many
import pytest
from deploy_many import deploy_model, deploy_multiple_models

from pytest_mlinfra.clock import VirtualClock


class Watched:
    """Deploys in the place of the answer's deploy_model, for as long as it was told to.

    Attributes:
        seconds: how long each model takes.
        failures: what the deployment of a model ends with.
        clean_up: the seconds that a model's deployment needs when it is cancelled.
        spans: of each deployment that has ended: model, begin and end.
        begun: the models in the order of their begin.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self.seconds: dict[str, float] = {}
        self.failures: dict[str, Exception] = {}
        self.clean_up: dict[str, float] = {}
        self.spans: list[tuple[str, float, float]] = []
        self.begun: list[str] = []
        self._clock = clock

    async def deploy(self, model_id: str, environment: str) -> dict[str, str]:
        """What the answer has to call."""
        began = self._clock.now
        self.begun.append(model_id)
        try:
            await asyncio.sleep(self.seconds.get(model_id, 1))
        except asyncio.CancelledError:
            await asyncio.sleep(self.clean_up.get(model_id, 0))
            raise
        finally:
            self.spans.append((model_id, began, self._clock.now))
        if model_id in self.failures:
            raise self.failures[model_id]
        return {"model_id": model_id, "environment": environment, "status": "live"}

    @property
    def peak(self) -> int:
        """The most that were on their way together."""
        begins = [began for _, began, _ in self.spans]
        return max(sum(b <= at < e for _, b, e in self.spans) for at in begins)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch, virtual_clock: VirtualClock) -> Watched:
    """A stand-in that is in place."""
    made = Watched(virtual_clock)
    monkeypatch.setattr(deploy_many, "deploy_model", made.deploy)
    return made


@pytest.mark.message("wrong-deployment")
async def test_says_what_was_deployed_where() -> None:
    """A deployment has to give its model_id, its environment and the status "deployed"."""
    done = await deploy_model("llama-3", "canary")

    assert done == {"model_id": "llama-3", "environment": "canary", "status": "deployed"}


@pytest.mark.message("wrong-duration")
async def test_three_take_six_seconds_in_a_row(virtual_clock: VirtualClock) -> None:
    """A deployment has to take 2.0 seconds."""
    for name in ("a", "b", "c"):
        await deploy_model(name, "canary")

    assert virtual_clock.now == 6.0


@pytest.mark.message("one-after-another")
async def test_a_hundred_take_as_long_as_one(virtual_clock: VirtualClock) -> None:
    """Without a limit all have to be deployed together."""
    await deploy_multiple_models([str(number) for number in range(100)], "canary")

    assert virtual_clock.now == 2.0


@pytest.mark.message("waits-for-the-slowest")
@pytest.mark.parametrize(
    ("seconds", "limit", "ends"),
    [
        ([4, 1, 1, 1, 1], 2, 4),
        ([1, 2, 3, 4, 5, 6], 3, 9),
        ([3, 3, 1, 1, 1, 1, 3], 3, 6),
        ([1, 1, 1], 1, 3),
        ([5, 1], 7, 5),
    ],
)
async def test_places_are_refilled(
    watched: Watched, virtual_clock: VirtualClock, seconds: list[int], limit: int, ends: int
) -> None:
    """A place that becomes free has to be taken at once."""
    models = [f"model {len(seconds) - number}" for number in range(len(seconds))]
    watched.seconds = dict(zip(models, seconds, strict=True))

    done = await deploy_multiple_models(models, "canary", limit=limit)

    assert virtual_clock.now == ends
    assert watched.peak == min(limit, len(models))
    assert watched.begun == models
    assert [each["model_id"] for each in done] == models


@pytest.mark.message("one-fails-all")
@pytest.mark.parametrize("limit", [None, 1, 3])
async def test_several_may_fail(watched: Watched, limit: int | None) -> None:
    """Deployments that fail have to be reported in their places, and must not stop the others."""
    watched.failures = {"b": ZeroDivisionError("no replicas"), "d": LookupError()}
    watched.seconds = {"a": 4, "b": 3, "c": 2, "d": 1}

    done = await deploy_multiple_models(list("abcdb"), "canary", limit=limit)

    live = [{"model_id": each, "environment": "canary", "status": "live"} for each in "ac"]
    assert [done[0], done[2]] == live
    for place, model in ((1, "b"), (3, "d"), (4, "b")):
        assert done[place].keys() == {"model_id", "environment", "status", "error"}
        assert (done[place]["model_id"], done[place]["status"]) == (model, "failed")
        assert done[place]["error"].strip()
    assert "no replicas" in done[1]["error"]
    assert len(watched.begun) == 5


@pytest.mark.message("failure-keeps-its-place")
async def test_failures_cost_no_time(watched: Watched, virtual_clock: VirtualClock) -> None:
    """A deployment that fails has to give its place to the next, at once."""
    watched.failures = {"b": ValueError("no replicas"), "c": ValueError("no replicas")}

    done = await deploy_multiple_models(list("abcde"), "canary", limit=2)

    assert virtual_clock.now == 3
    assert [each["status"] for each in done] == ["live", "failed", "failed", "live", "live"]


@pytest.mark.message("no-models")
async def test_nothing_to_deploy_is_no_error(virtual_clock: VirtualClock) -> None:
    """No models have to give an empty list."""
    assert await deploy_multiple_models([], "canary") == []
    assert virtual_clock.now == 0


@pytest.mark.message("race")
@pytest.mark.explore(seeds=30)
async def test_a_single_place_is_never_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever order the tasks run, the limit has to hold, and no model may be lost."""
    inside = peak = 0

    async def deploy(model_id: str, environment: str) -> dict[str, str]:
        nonlocal inside, peak
        inside += 1
        peak = max(peak, inside)
        await asyncio.sleep(0)
        inside -= 1
        return {"model_id": model_id, "environment": environment}

    monkeypatch.setattr(deploy_many, "deploy_model", deploy)

    done = await deploy_multiple_models(list("zyxw"), "canary", limit=1)

    assert peak == 1
    assert [each["model_id"] for each in done] == list("zyxw")


@pytest.mark.message("limit-below-one")
@pytest.mark.parametrize("limit", [0, -5])
@pytest.mark.parametrize("models", [[], ["a"]])
async def test_no_place_is_an_error(watched: Watched, models: list[str], limit: int) -> None:
    """A limit below 1 has to be a ValueError, before anything is deployed."""
    with pytest.raises(ValueError):
        await asyncio.wait_for(deploy_multiple_models(models, "canary", limit=limit), 60)

    assert watched.begun == []


@pytest.mark.message("deploys-after-cancelled")
async def test_a_late_cancellation_stops_the_rest(
    watched: Watched, virtual_clock: VirtualClock
) -> None:
    """A call that is cancelled has to cancel what is on its way, and to begin nothing more."""
    models = list("fedcba")
    task = asyncio.ensure_future(deploy_multiple_models(models, "canary", limit=3))
    await virtual_clock.advance(1.5)

    task.cancel()
    await asyncio.wait([task])
    ended = virtual_clock.now
    await virtual_clock.advance(10)

    assert task.cancelled()
    assert ended == 1.5
    assert watched.begun == models
    assert [end for _, _, end in watched.spans] == [1, 1, 1, 1.5, 1.5, 1.5]


@pytest.mark.message("leaves-before-the-clean-up")
async def test_waits_for_the_longest_clean_up(
    watched: Watched, virtual_clock: VirtualClock
) -> None:
    """A call that is cancelled has to wait until what it has cancelled has cleaned up."""
    watched.clean_up = {"b": 3, "c": 1}
    task = asyncio.ensure_future(deploy_multiple_models(list("abcd"), "canary"))
    await virtual_clock.advance(0.5)

    task.cancel()
    await asyncio.wait([task])

    assert sorted(model for model, _, _ in watched.spans) == list("abcd")


@pytest.mark.message("cancellation")
@pytest.mark.cancel_everywhere
async def test_can_be_cancelled_without_a_limit() -> None:
    """Wherever the call is cancelled, nothing of it may be left behind."""
    await deploy_multiple_models(["a", "b"], "canary")


@pytest.mark.message("limit-shared")
async def test_one_call_after_another_has_its_own_limit(
    watched: Watched, virtual_clock: VirtualClock
) -> None:
    """A limit has to count for its own call."""
    for limit, ends in ((1, 3), (3, 4), (2, 6)):
        await deploy_multiple_models(["x", "y", "z"], "canary", limit=limit)

        assert virtual_clock.now == ends
