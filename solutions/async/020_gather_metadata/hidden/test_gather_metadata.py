"""The rules once more, for other ids, other numbers and other delays."""

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

Fetch = Callable[[list[str]], Awaitable[list[ModelMetadata]]]
both = pytest.mark.parametrize(
    "fetch", [fetch_sequential, fetch_all_models], ids=["fetch_sequential", "fetch_all_models"]
)

# How long a fetch takes, by the id's last letter.
DELAYS = {"a": 2.0, "b": 0.125, "c": 1.5, "d": 0.0, "e": 0.75}


class Registry:
    """Takes the place of `fetch_model_metadata`; ids that begin with an X are not known."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, float, float | None]] = []

    async def fetch(self, model_id: str) -> ModelMetadata:
        """Take the time of the model, then give its number or fail."""
        clock = asyncio.get_running_loop().time
        number = len(self.spans)
        self.spans.append((model_id, clock(), None))
        await asyncio.sleep(DELAYS[model_id[-1]])
        self.spans[number] = (model_id, self.spans[number][1], clock())
        if model_id.startswith("X"):
            raise ConnectionError(model_id)
        return {"model_id": model_id, "version": f"{number}", "accuracy": number / 100}

    @property
    def left(self) -> list[str]:
        """The ids whose fetches have not come to their ends."""
        return [model_id for model_id, _begin, end in self.spans if end is None]


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A registry in the place of the one that `fetch_model_metadata` acts for."""
    registry = Registry()

    async def fetch(model_id: str) -> ModelMetadata:
        return await registry.fetch(model_id)

    monkeypatch.setattr(gather_metadata, "fetch_model_metadata", fetch)
    return registry


@pytest.mark.message("wrong-metadata")
@pytest.mark.parametrize("model_id", ["", "größer/modell:7b"])
async def test_any_id_is_given_back(model_id: str) -> None:
    """fetch_model_metadata has to give the id back, whatever it is."""
    metadata = await fetch_model_metadata(model_id)

    assert metadata == {"model_id": model_id, "version": "1.0", "accuracy": 0.95}


@pytest.mark.message("not-half-a-second")
async def test_each_fetch_takes_half_a_second(virtual_clock: VirtualClock) -> None:
    """Fetches have to take half a second each, and half a second together."""
    await fetch_model_metadata("bert")
    await fetch_model_metadata("bert")
    one_by_one = virtual_clock.now
    await asyncio.gather(*(fetch_model_metadata(name) for name in "abcde"))

    assert one_by_one == 1.0
    assert virtual_clock.now == 1.5


@pytest.mark.message("shared-dictionary")
async def test_the_same_id_gives_a_new_dictionary() -> None:
    """Two fetches of the same model have to give two dictionaries."""
    first, second = await fetch_all_models(["bert", "bert"])
    first["accuracy"] = 0.0

    assert second == {"model_id": "bert", "version": "1.0", "accuracy": 0.95}


@pytest.mark.message("not-one-by-one")
async def test_the_sequence_has_no_gaps_and_no_overlaps(registry: Registry) -> None:
    """fetch_sequential has to begin each fetch at the very time when the one before ends."""
    models = await fetch_sequential(["1c", "2d", "3a", "4e"])

    expected = [("1c", 0.0, 1.5), ("2d", 1.5, 1.5), ("3a", 1.5, 3.5), ("4e", 3.5, 4.25)]
    assert registry.spans == expected
    assert [model["version"] for model in models] == ["0", "1", "2", "3"]
    assert type(models) is list


@pytest.mark.message("one-after-another")
async def test_all_fetches_begin_at_once(registry: Registry, virtual_clock: VirtualClock) -> None:
    """fetch_all_models has to begin every fetch at once, and to end with the slowest."""
    ids = [f"{number}{'abcde'[number % 5]}" for number in range(321)]

    models = await fetch_all_models(ids)

    assert {begin for _model_id, begin, _end in registry.spans} == {0.0}
    assert virtual_clock.now == 2.0
    assert [model["model_id"] for model in models] == ids
    assert type(models) is list


@pytest.mark.message("duplicates-lost")
@both
async def test_the_same_id_many_times(registry: Registry, fetch: Fetch) -> None:
    """An id that stands in the list four times has to be fetched four times."""
    models = await fetch(["1b", "1b", "2e", "1b", "1b"])

    assert [model["model_id"] for model in models] == ["1b", "1b", "2e", "1b", "1b"]
    assert sorted(model["version"] for model in models) == ["0", "1", "2", "3", "4"]


@pytest.mark.message("no-ids")
@both
async def test_nothing_is_fetched_for_no_ids(registry: Registry, fetch: Fetch) -> None:
    """An empty list has to give an empty list, and nothing may be fetched."""
    ids: list[str] = []

    assert await fetch(ids) == []
    assert registry.spans == []
    assert ids == []


@pytest.mark.message("list-changed")
@both
async def test_the_ids_are_left_alone(registry: Registry, fetch: Fetch) -> None:
    """The list that was passed has to stay as it was, order and all."""
    ids = ["2e", "1b", "3d", "1b"]

    await fetch(ids)

    assert ids == ["2e", "1b", "3d", "1b"]


@pytest.mark.message("error-hidden")
@pytest.mark.parametrize("ids", [["Xa"], ["1a", "Xd"], ["Xe", "1a", "2b"]])
@both
async def test_an_error_of_any_fetch_comes_out(
    registry: Registry, virtual_clock: VirtualClock, fetch: Fetch, ids: list[str]
) -> None:
    """An error has to come out, whichever fetch it is of, and whenever it comes."""
    with pytest.raises((ConnectionError, ExceptionGroup)) as caught:
        await fetch(ids)
    begun = len(registry.spans)
    await virtual_clock.advance(10)

    error: BaseException = caught.value
    while isinstance(error, ExceptionGroup) and fetch is fetch_all_models:
        error = error.exceptions[0]
    assert isinstance(error, ConnectionError)
    assert len(registry.spans) == begun, "after the error, something more was fetched"
    failed_at = [model_id.startswith("X") for model_id in ids].index(True)
    assert begun == (len(ids) if fetch is fetch_all_models else failed_at + 1)


@pytest.mark.message("fetches-left-running")
@pytest.mark.parametrize("moment", [0.0, 0.5, 1.75])
async def test_a_cancellation_at_any_time_ends_every_fetch(
    registry: Registry, virtual_clock: VirtualClock, moment: float
) -> None:
    """Whenever fetch_all_models is cancelled, no fetch may come to its end after that."""
    task = asyncio.ensure_future(fetch_all_models(["1c", "2a", "3a", "4b"]))
    await virtual_clock.advance(moment)
    task.cancel()
    await asyncio.wait([task])
    left = registry.left
    await virtual_clock.advance(10)

    ended_as_cancelled = task.cancelled()
    assert ended_as_cancelled, "it was cancelled, and did not end as cancelled"
    assert registry.left == left
