"""The rules once more, for other numbers, other batches and other times."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

import data_pipeline as module
import pytest
from data_pipeline import (
    Sample,
    data_pipeline,
    fetch_training_data,
    preprocess_batch,
    save_to_storage,
)

from pytest_mlinfra.clock import VirtualClock


def texts(count: int) -> list[Sample]:
    """So many samples of texts; their values have nothing to do with their numbers."""
    return [
        {"source": "gs://texts", "number": 1000 - number, "value": (number * 7 % 11) / 4}
        for number in range(count)
    ]


class Steps:
    """Takes the place of the three steps; the n-th batch takes n eighths of a second, downwards."""

    def __init__(self) -> None:
        self.samples: list[Sample] = texts(40)
        self.log: list[tuple[str, float]] = []
        self.batches: list[list[Sample]] = []
        self.saved: list[Any] = []
        self.failing_batch: int | None = None
        self.failing_step = ""
        self.in_flight = 0
        self.fetching, self.saving = 2.5, 0.75

    def note(self, what: str) -> None:
        """Write down what happens, and when."""
        self.log.append((what, asyncio.get_running_loop().time()))

    async def fetch(self, source: str) -> list[Sample]:
        """Give the samples."""
        self.note(f"fetch {source}")
        await asyncio.sleep(self.fetching)
        if self.failing_step == "fetch":
            raise ConnectionError(source)
        return self.samples

    async def preprocess(self, batch: list[Sample]) -> list[Sample]:
        """Give each sample twice, or fail."""
        number = len(self.batches)
        self.note("batch begins")
        self.batches.append(copy.deepcopy(batch))
        self.in_flight += 1
        try:
            await asyncio.sleep(max(0, 8 - number) / 8)
        finally:
            self.in_flight -= 1
        if number == self.failing_batch:
            raise KeyError(number)
        self.note("batch ends")
        return [{**sample, "value": value} for sample in batch for value in (0.0, 1.0)]

    async def save(self, data: list[Sample]) -> None:
        """Take data."""
        self.note("save")
        self.saved.append(copy.deepcopy(data))
        await asyncio.sleep(self.saving)
        if self.failing_step == "save":
            raise ConnectionError("full")


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    """Steps in the place of those of the module."""
    steps = Steps()

    async def fetch(source: str) -> list[Sample]:
        return await steps.fetch(source)

    async def preprocess(batch: list[Sample]) -> list[Sample]:
        return await steps.preprocess(batch)

    async def save(data: list[Sample]) -> None:
        await steps.save(data)

    monkeypatch.setattr(module, "fetch_training_data", fetch)
    monkeypatch.setattr(module, "preprocess_batch", preprocess)
    monkeypatch.setattr(module, "save_to_storage", save)
    return steps


@pytest.mark.message("wrong-samples")
async def test_two_sources_are_fetched_together(virtual_clock: VirtualClock) -> None:
    """Two fetches at once have to give the samples of two sources after a second."""
    first, second = await asyncio.gather(fetch_training_data("a"), fetch_training_data(""))

    assert virtual_clock.now == 1.0
    assert first == [{"source": "a", "number": n, "value": float(n)} for n in range(100)]
    assert second == [{"source": "", "number": n, "value": float(n)} for n in range(100)]
    assert all(isinstance(sample["value"], float) for sample in first)


@pytest.mark.message("samples-shared")
async def test_the_same_source_gives_new_samples() -> None:
    """Two fetches from the same source have to share nothing."""
    first = await fetch_training_data("a")
    first[99]["number"] = -1

    assert (await fetch_training_data("a"))[99] == {"source": "a", "number": 99, "value": 99.0}


@pytest.mark.message("wrong-preprocessing")
async def test_batches_are_centered_as_they_stand(virtual_clock: VirtualClock) -> None:
    """preprocess_batch has to center any batch in its order, an empty one, too."""
    batch = texts(5)

    centered, empty = await asyncio.gather(preprocess_batch(batch), preprocess_batch([]))

    assert virtual_clock.now == 0.5
    assert centered == [{**sample, "value": sample["value"] - 49.5} for sample in texts(5)]
    assert empty == []
    assert batch == texts(5)


@pytest.mark.message("wrong-saving")
async def test_saving_any_data_takes_as_long(virtual_clock: VirtualClock) -> None:
    """save_to_storage has to take 0.3 seconds for nothing and for much."""
    data = texts(500)

    results: list[Any] = [await save_to_storage([]), await save_to_storage(data)]  # type: ignore[func-returns-value]

    assert results == [None, None]
    assert virtual_clock.now == 0.6
    assert data == texts(500)


@pytest.mark.message("one-after-another")
async def test_each_step_begins_when_the_one_before_has_ended(steps: Steps) -> None:
    """Each step has to begin at the very time when the one before has ended."""
    count = await data_pipeline("gs://texts", 7)

    assert count == 80
    begins = [("batch begins", 2.5)] * 6
    ends = [("batch ends", 2.5 + (8 - number) / 8) for number in (5, 4, 3, 2, 1, 0)]
    assert steps.log == [("fetch gs://texts", 0.0), *begins, *ends, ("save", 3.5)]


@pytest.mark.message("wrong-batches")
@pytest.mark.parametrize("batch_size", [1, 2, 3, 7, 39, 40, 41, 1000])
async def test_batches_of_any_size(steps: Steps, batch_size: int) -> None:
    """The batches have to be the samples cut from the front, whatever the size is."""
    await data_pipeline("gs://texts", batch_size)

    expected = [texts(40)[first : first + batch_size] for first in range(0, 40, batch_size)]
    assert sorted(steps.batches, key=lambda batch: -batch[0]["number"]) == expected


@pytest.mark.message("wrong-batches")
async def test_batches_of_the_usual_size(steps: Steps) -> None:
    """Without a batch_size, 40 samples have to make batches of 25 and 15."""
    await data_pipeline("gs://texts")

    assert steps.batches == [texts(40)[:25], texts(40)[25:]]


@pytest.mark.message("wrong-order")
@pytest.mark.parametrize("batch_size", [3, 8])
async def test_all_of_it_is_saved_once_and_in_order(steps: Steps, batch_size: int) -> None:
    """What came of all batches has to be saved once, in the order of the samples."""
    count = await data_pipeline(source="gs://texts", batch_size=batch_size)

    doubled = [{**sample, "value": value} for sample in texts(40) for value in (0.0, 1.0)]
    assert steps.saved == [doubled]
    assert count == 80


@pytest.mark.message("samples-changed")
async def test_the_fetched_list_can_be_used_again(steps: Steps) -> None:
    """The list that was fetched has to serve a second run, and to stay as it is."""
    await data_pipeline("gs://texts", 6)
    await data_pipeline("gs://texts", 9)

    assert steps.samples == texts(40)
    assert [len(data) for data in steps.saved] == [80, 80]


@pytest.mark.message("no-samples")
async def test_nothing_is_saved_as_nothing(steps: Steps) -> None:
    """No samples have to be saved as an empty list, for any size of batch."""
    steps.samples = []

    assert await data_pipeline("gs://texts", 1) == 0
    assert steps.log == [("fetch gs://texts", 0.0), ("save", 2.5)]


@pytest.mark.message("batch-size-not-checked")
async def test_a_bad_batch_size_costs_nothing(steps: Steps) -> None:
    """A batch_size below 1 has to raise ValueError, and nothing may happen."""
    for batch_size in (0, -7, -1000):
        with pytest.raises(ValueError):
            await data_pipeline("gs://texts", batch_size=batch_size)

    assert steps.log == []


@pytest.mark.message("goes-on-after-an-error")
@pytest.mark.parametrize("failing", [0, 2, 5])
async def test_any_batch_may_fail(steps: Steps, virtual_clock: VirtualClock, failing: int) -> None:
    """If a batch fails, its error has to come out, nothing may be saved, and no batch may go on."""
    steps.failing_batch = failing

    with pytest.raises((KeyError, ExceptionGroup)) as caught:
        await data_pipeline("gs://texts", 7)
    seen, left = list(steps.log), steps.in_flight
    await virtual_clock.advance(10)

    assert left == 0, f"{left} batches were still being preprocessed"
    error: BaseException = caught.value
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, KeyError)
    assert steps.saved == []
    assert steps.log == seen, "something happened after the error had come out"


@pytest.mark.message("goes-on-after-an-error")
@pytest.mark.parametrize("step", ["fetch", "save"])
async def test_the_other_steps_may_fail(steps: Steps, step: str) -> None:
    """If fetching or saving fails, the error has to come out, and nothing may follow."""
    steps.failing_step = step

    with pytest.raises((ConnectionError, ExceptionGroup)):
        await data_pipeline("gs://texts", 20)

    assert len(steps.batches) == (0 if step == "fetch" else 2)
    assert len(steps.saved) == (0 if step == "fetch" else 1)


@pytest.mark.message("batches-left-running")
@pytest.mark.parametrize("moment", [2.75, 3.0, 3.25])
async def test_a_cancellation_ends_every_batch(
    steps: Steps, virtual_clock: VirtualClock, moment: float
) -> None:
    """Whenever it is cancelled, no batch may come to its end after that, and nothing be saved."""
    task = asyncio.ensure_future(data_pipeline("gs://texts", 7))
    await virtual_clock.advance(moment)
    task.cancel()
    await asyncio.wait([task])
    seen = list(steps.log)
    await virtual_clock.advance(10)

    ended_as_cancelled = task.cancelled()
    assert ended_as_cancelled, "it was cancelled, and did not end as cancelled"
    assert steps.log == seen, "something happened after it had been cancelled"
    assert steps.saved == []


@pytest.mark.cancel_everywhere
@pytest.mark.message("batches-left-running")
async def test_it_may_be_cancelled_anywhere(steps: Steps) -> None:
    """Wherever it is cancelled, the cancellation has to come out, and no task may be left."""
    await data_pipeline("gs://texts", 15)
