"""The rules of the statement, one test each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import gather_metadata
import pytest
from gather_metadata import (
    ModelMetadata,
    fetch_all_models,
    fetch_model_metadata,
    fetch_sequential,
)

from pytest_mlinfra.clock import VirtualClock

FIVE = ("resnet", "bert", "whisper", "gpt", "llama")

Fetch = Callable[[list[str]], Awaitable[list[ModelMetadata]]]
both = pytest.mark.parametrize(
    "fetch", [fetch_sequential, fetch_all_models], ids=["fetch_sequential", "fetch_all_models"]
)


def metadata_of(model_id: str, version: str = "1.0") -> ModelMetadata:
    """What the registry says of a model."""
    return {"model_id": model_id, "version": version, "accuracy": 0.95}


class Registry:
    """Takes the place of `fetch_model_metadata`, and writes down what it sees.

    Attributes:
        delays: how long a fetch takes for the ids that take other than half a second.
        broken: the ids for which a fetch fails.
        begun: the ids that were asked for, in that order.
        in_flight: the fetches that have begun and not ended.
        peak: how many of those there were at most.
    """

    def __init__(self) -> None:
        self.delays: dict[str, float] = {}
        self.broken: set[str] = set()
        self.begun: list[str] = []
        self.in_flight = self.peak = 0

    async def fetch(self, model_id: str) -> ModelMetadata:
        """Take the time of a model, then give its metadata or fail."""
        self.begun.append(model_id)
        # Each answer tells which fetch it comes of.
        version = f"fetch {self.begun.count(model_id)}"
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            await asyncio.sleep(self.delays.get(model_id, 0.5))
        finally:
            self.in_flight -= 1
        if model_id in self.broken:
            raise LookupError(f"the registry knows no model {model_id}")
        return metadata_of(model_id, version)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A registry in the place of the one that `fetch_model_metadata` acts for."""
    registry = Registry()

    async def fetch(model_id: str) -> ModelMetadata:
        return await registry.fetch(model_id)

    monkeypatch.setattr(gather_metadata, "fetch_model_metadata", fetch)
    return registry


@pytest.mark.message("wrong-metadata")
@pytest.mark.parametrize("model_id", ["bert", "resnet-50"])
async def test_gives_the_metadata_of_a_model(model_id: str) -> None:
    """fetch_model_metadata has to give the id that it was passed, the version and the accuracy."""
    metadata = await fetch_model_metadata(model_id)

    assert metadata == metadata_of(model_id)
    assert type(metadata) is dict


@pytest.mark.message("not-half-a-second")
async def test_a_fetch_takes_half_a_second(virtual_clock: VirtualClock) -> None:
    """fetch_model_metadata has to take 0.5 seconds, no more and no less."""
    with virtual_clock.elapsed() as elapsed:
        await fetch_model_metadata("bert")

    took = elapsed.seconds
    assert took == 0.5, f"it took {took:g} s"


@pytest.mark.message("shared-dictionary")
async def test_gives_a_new_dictionary_each_time() -> None:
    """Each call has to make a dictionary of its own: what one caller changes is no other's."""
    first = await fetch_model_metadata("bert")
    first["version"] = "changed by its owner"

    second = await fetch_model_metadata("gpt")
    first["model_id"] = "changed by its owner"

    assert second == metadata_of("gpt")


@pytest.mark.message("not-a-list-of-metadata")
@both
async def test_gives_a_list_with_the_metadata_of_each(fetch: Fetch) -> None:
    """What is returned has to be a list, with the metadata of each model."""
    models = await fetch(list(FIVE))

    assert type(models) is list
    in_order = sorted(models, key=lambda model: model["model_id"])
    assert in_order == [metadata_of(model_id) for model_id in sorted(FIVE)]


@pytest.mark.points(2)
@pytest.mark.message("not-one-by-one")
async def test_fetches_one_after_another(registry: Registry, virtual_clock: VirtualClock) -> None:
    """fetch_sequential has to begin a fetch when the one before has ended: five take 2.5 s."""
    with virtual_clock.elapsed() as elapsed:
        models = await fetch_sequential(list(FIVE))

    peak, took = registry.peak, elapsed.seconds
    assert peak == 1, f"{peak} fetches were running at the same time"
    assert took == 2.5, f"one after another took {took:g} s"
    assert registry.begun == list(FIVE)
    assert [model["model_id"] for model in models] == list(FIVE)


@pytest.mark.points(3)
@pytest.mark.message("one-after-another")
@pytest.mark.parametrize("count", [5, 200])
async def test_fetches_all_at_the_same_time(
    registry: Registry, virtual_clock: VirtualClock, count: int
) -> None:
    """fetch_all_models has to have all fetches running together: any number takes 0.5 s."""
    with virtual_clock.elapsed() as elapsed:
        models = await fetch_all_models([f"model-{number}" for number in range(count)])

    peak, took = registry.peak, elapsed.seconds
    assert peak == count, f"of {count} fetches {peak} were running at the same time"
    assert took == 0.5, f"together they took {took:g} s"
    assert len(models) == count


@pytest.mark.points(3)
@pytest.mark.message("wrong-order")
async def test_keeps_the_order_of_the_ids(registry: Registry, virtual_clock: VirtualClock) -> None:
    """The results have to stand in the order of the ids, not in that in which they came."""
    registry.delays = {"bert": 0.9, "gpt": 0.1, "resnet": 0.7, "llama": 0.3}

    with virtual_clock.elapsed() as elapsed:
        models = await fetch_all_models(list(FIVE))

    assert [model["model_id"] for model in models] == list(FIVE)
    took = elapsed.seconds
    assert took == 0.9, f"the slowest takes 0.9 s, and all together took {took:g} s"


@pytest.mark.message("duplicates-lost")
@both
async def test_an_id_that_stands_twice_is_fetched_twice(registry: Registry, fetch: Fetch) -> None:
    """An id that stands in the list twice has to be fetched twice, and to come twice."""
    registry.delays = {"gpt": 0.1}

    models = await fetch(["bert", "gpt", "bert"])

    assert [model["model_id"] for model in models] == ["bert", "gpt", "bert"]
    fetched = sorted(registry.begun)
    assert fetched == ["bert", "bert", "gpt"], f"fetched were {fetched}"
    assert models[0] != models[2], "two results come of one fetch"


@pytest.mark.message("no-ids")
@both
async def test_no_ids_give_an_empty_list(fetch: Fetch) -> None:
    """An empty list has to give an empty list."""
    models = await fetch([])

    assert models == []
    assert type(models) is list


@pytest.mark.message("list-changed")
@both
async def test_leaves_the_list_as_it_was(fetch: Fetch) -> None:
    """The list that was passed belongs to the caller, and has to stay as it was."""
    ids = ["whisper", "bert", "whisper"]

    await fetch(ids)

    assert ids == ["whisper", "bert", "whisper"]


@pytest.mark.message("error-hidden")
async def test_an_error_ends_the_sequence(registry: Registry) -> None:
    """An error has to come out of fetch_sequential, and nothing may be fetched after it."""
    registry.broken = {"bert"}

    with pytest.raises(LookupError, match="no model bert"):
        await fetch_sequential(list(FIVE))

    fetched = registry.begun
    assert fetched == ["resnet", "bert"], f"fetched were {fetched}"


@pytest.mark.points(2)
@pytest.mark.message("error-hidden")
async def test_an_error_reaches_the_caller(registry: Registry, virtual_clock: VirtualClock) -> None:
    """An error of one fetch has to come out of fetch_all_models, not to stand in the list."""
    registry.broken = {"llama"}

    with pytest.raises((LookupError, ExceptionGroup)) as caught:
        await fetch_all_models(list(FIVE))
    await virtual_clock.advance(10)  # the others may go on to their ends

    error: BaseException = caught.value
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, LookupError)
    assert "no model llama" in str(error)


@pytest.mark.points(2)
@pytest.mark.message("fetches-left-running")
@both
async def test_a_cancellation_ends_every_fetch(
    registry: Registry, virtual_clock: VirtualClock, fetch: Fetch
) -> None:
    """If it is cancelled, CancelledError has to come out, and no fetch may be left running."""
    task = asyncio.ensure_future(fetch(list(FIVE)))
    await virtual_clock.advance(0.2)

    task.cancel()
    await asyncio.wait([task])
    await virtual_clock.advance(0)

    left = registry.in_flight
    ended_as_cancelled = task.cancelled()
    await virtual_clock.advance(10)
    assert left == 0, f"{left} fetches were still running"
    assert ended_as_cancelled, "it was cancelled, and did not end as cancelled"
