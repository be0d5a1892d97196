"""The rules of the statement, one test each."""

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


def samples(count: int, source: str = "s3://images", first: int = 0) -> list[Sample]:
    """So many samples, as they come from a source."""
    numbers = range(first, first + count)
    return [{"source": source, "number": number, "value": float(number)} for number in numbers]


class Steps:
    """Takes the place of the three steps, and writes down what they are called with.

    Attributes:
        samples: what is fetched.
        delays: how long a batch takes, by its first number, if not half a second.
        broken: the steps that fail: "fetch", "save", or the first number of a batch.
        dropped: the numbers of the samples that preprocessing drops.
        fetched: the sources that were fetched from.
        batches: every batch, as it was when its preprocessing began.
        saved: everything that was saved, likewise.
        in_flight: how many batches are being preprocessed.
        peak: how many of those there were at most.
    """

    def __init__(self, count: int = 100) -> None:
        self.samples = samples(count)
        self.delays: dict[int, float] = {}
        self.broken: set[object] = set()
        self.dropped: set[int] = set()
        self.fetched: list[str] = []
        self.batches: list[list[Sample]] = []
        self.saved: list[list[Sample]] = []
        self.in_flight = self.peak = 0

    async def fetch(self, source: str) -> list[Sample]:
        """Give the samples after a second."""
        self.fetched.append(source)
        await self._work(1.0, "fetch")
        return self.samples

    async def preprocess(self, batch: list[Sample]) -> list[Sample]:
        """Give new samples, whose values are the negative ones."""
        self.batches.append(copy.deepcopy(batch))
        first = batch[0]["number"] if batch else -1
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            await self._work(self.delays.get(first, 0.5), first)
        finally:
            self.in_flight -= 1
        kept = [sample for sample in batch if sample["number"] not in self.dropped]
        return [negative(sample) for sample in kept]

    async def save(self, data: list[Sample]) -> None:
        """Take data."""
        self.saved.append(copy.deepcopy(data))
        await self._work(0.3, "save")

    async def _work(self, seconds: float, step: object) -> None:
        await asyncio.sleep(seconds)
        if step in self.broken:
            raise LookupError(f"step {step} fails")

    @property
    def numbers_of_batches(self) -> list[list[int]]:
        """The numbers in each batch; the batches in the order of the numbers."""
        return sorted([sample["number"] for sample in batch] for batch in self.batches)


def negative(sample: Sample) -> Sample:
    """What comes of a sample when `Steps` preprocess it."""
    return {**sample, "value": -sample["value"]}


def first_error(error: BaseException) -> BaseException:
    """The error itself, also if task groups have put it into groups."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


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
async def test_fetches_a_hundred_samples(virtual_clock: VirtualClock) -> None:
    """fetch_training_data has to give 100 samples of the source, in order, after 1.0 second."""
    fetched = await fetch_training_data("s3://images")

    took = virtual_clock.now
    assert took == 1.0, f"it took {took:g} s"
    assert fetched == samples(100)


@pytest.mark.message("samples-shared")
async def test_fetches_new_samples_each_time() -> None:
    """Each fetch has to make a list of its own: what one caller changes is no other's."""
    first = await fetch_training_data("s3://images")
    first[0]["value"] = -1.0
    del first[1:]

    assert await fetch_training_data("s3://texts") == samples(100, "s3://texts")


@pytest.mark.message("wrong-preprocessing")
async def test_preprocessing_centers_the_values(virtual_clock: VirtualClock) -> None:
    """preprocess_batch has to take 49.5 from each value and nothing else, in 0.5 seconds."""
    centered = await preprocess_batch(samples(3, first=49))

    took = virtual_clock.now
    assert took == 0.5, f"it took {took:g} s"
    values = [sample["value"] for sample in centered]
    assert values == [-0.5, 0.5, 1.5]
    assert [{**sample, "value": 0.0} for sample in centered] == [
        {**sample, "value": 0.0} for sample in samples(3, first=49)
    ]


@pytest.mark.message("wrong-saving")
async def test_saving_takes_its_time(virtual_clock: VirtualClock) -> None:
    """save_to_storage has to take 0.3 seconds, and to return None."""
    result: Any = await save_to_storage(samples(3))  # type: ignore[func-returns-value]

    took = virtual_clock.now
    assert took == 0.3, f"it took {took:g} s"
    assert result is None


@pytest.mark.message("input-changed")
@pytest.mark.parametrize("step", [preprocess_batch, save_to_storage])
async def test_a_step_changes_nothing_that_it_is_given(step: Any) -> None:
    """A step must not change what it is given: its caller may still need the raw samples."""
    given = samples(5)

    await step(given)

    assert given == samples(5)


@pytest.mark.points(2)
@pytest.mark.message("fetches-otherwise")
async def test_fetches_once(steps: Steps) -> None:
    """data_pipeline has to fetch once, from the source that it was passed."""
    await data_pipeline("s3://images/2026")

    assert steps.fetched == ["s3://images/2026"]


@pytest.mark.points(2)
@pytest.mark.message("wrong-batches")
@pytest.mark.parametrize(
    ("count", "batch_size", "lengths"),
    [(100, 25, [25] * 4), (103, 25, [25] * 4 + [3]), (10, 3, [3, 3, 3, 1]), (5, 8, [5])],
)
async def test_cuts_batches(steps: Steps, count: int, batch_size: int, lengths: list[int]) -> None:
    """The batches have to hold all samples in order; the last holds what is left, none is empty."""
    steps.samples = samples(count)

    await data_pipeline("s3://images", batch_size)

    batches = steps.numbers_of_batches
    assert [len(batch) for batch in batches] == lengths
    assert [number for batch in batches for number in batch] == list(range(count))


@pytest.mark.message("wrong-batches")
async def test_a_batch_has_25_samples_if_nobody_says_otherwise(steps: Steps) -> None:
    """Without a batch_size, a batch has to have 25 samples."""
    await data_pipeline("s3://images")

    assert [len(batch) for batch in steps.numbers_of_batches] == [25, 25, 25, 25]


@pytest.mark.points(2)
@pytest.mark.message("more-than-one-save")
async def test_saves_once(steps: Steps) -> None:
    """Everything has to be saved at once, and not each batch by itself."""
    await data_pipeline("s3://images")

    saves = len(steps.saved)
    assert saves == 1, f"it saved {saves} times"
    count = len(steps.saved[0])
    assert count == 100, f"it saved a list of {count}"


@pytest.mark.points(3)
@pytest.mark.message("one-after-another")
@pytest.mark.parametrize("batch_size", [25, 1])
async def test_preprocesses_all_batches_together(
    steps: Steps, virtual_clock: VirtualClock, batch_size: int
) -> None:
    """All batches have to be preprocessed at the same time, however many there are."""
    count = 100 // batch_size

    await data_pipeline("s3://images", batch_size)

    peak, took = steps.peak, virtual_clock.now
    assert peak == count, f"of {count} batches {peak} were being preprocessed together"
    assert took == 1.8, f"all in all it took {took:g} s"


@pytest.mark.points(3)
@pytest.mark.message("wrong-order")
async def test_saves_in_the_order_of_the_samples(steps: Steps, virtual_clock: VirtualClock) -> None:
    """What is saved has to be in the order of what was fetched, whichever batch was done first."""
    steps.delays = {0: 0.9, 25: 0.2, 50: 0.7, 75: 0.4}

    await data_pipeline("s3://images")

    numbers = [sample["number"] for data in steps.saved for sample in data]
    assert numbers == list(range(100))
    took = virtual_clock.now
    assert took == 2.2, f"with 0.9 s for the slowest batch it took {took:g} s"


@pytest.mark.message("samples-changed")
async def test_changes_nothing_of_what_was_fetched(steps: Steps) -> None:
    """What was fetched has to stay as it was: others may hold the same list."""
    fetched = steps.samples = samples(60)

    await data_pipeline("s3://images", 25)

    assert fetched == samples(60)


@pytest.mark.message("saves-raw-samples")
async def test_saves_what_came_of_preprocessing(steps: Steps) -> None:
    """What is saved has to be what preprocessing gave, and not what was fetched."""
    await data_pipeline("s3://images")

    values = [sample["value"] for data in steps.saved for sample in data]
    assert values == [-float(number) for number in range(100)]
    assert steps.saved == [[negative(sample) for sample in samples(100)]]


@pytest.mark.message("wrong-count")
async def test_returns_how_many_samples_were_saved(steps: Steps) -> None:
    """data_pipeline has to return how many samples it has saved, not how many it has fetched."""
    steps.dropped = {3, 25, 26, 99}

    count = await data_pipeline("s3://images")

    assert count == 96


@pytest.mark.message("no-samples")
async def test_no_samples_are_saved_as_an_empty_list(
    steps: Steps, virtual_clock: VirtualClock
) -> None:
    """Without samples, an empty list has to be saved, and 0 to be returned."""
    steps.samples = []

    count = await data_pipeline("s3://images")

    assert count == 0
    assert steps.batches == []
    assert steps.saved == [[]]
    took = virtual_clock.now
    assert took == 1.3, f"it took {took:g} s"


@pytest.mark.message("batch-size-not-checked")
@pytest.mark.parametrize("batch_size", [0, -1, -25])
async def test_a_batch_needs_a_sample(
    steps: Steps, virtual_clock: VirtualClock, batch_size: int
) -> None:
    """A batch_size below 1 has to raise ValueError, before anything is fetched."""
    with pytest.raises(ValueError):  # noqa: PT011 - its text is the learner's
        await data_pipeline("s3://images", batch_size)

    fetches, took = len(steps.fetched), virtual_clock.now
    assert fetches == 0, f"it fetched all the same, and raised after {took:g} s"


@pytest.mark.points(2)
@pytest.mark.message("goes-on-after-an-error")
@pytest.mark.parametrize("broken", ["fetch", 50, "save"])
async def test_an_error_ends_the_pipeline(
    steps: Steps, virtual_clock: VirtualClock, broken: object
) -> None:
    """An error of a step has to come out, and no later step may be begun."""
    steps.broken = {broken}

    with pytest.raises((LookupError, ExceptionGroup)) as caught:
        await data_pipeline("s3://images")
    await virtual_clock.advance(10)

    error = first_error(caught.value)
    assert str(error) == f"step {broken} fails"
    batches, saves = len(steps.batches), len(steps.saved)
    assert batches == (0 if broken == "fetch" else 4), f"{batches} batches were begun"
    assert saves == (1 if broken == "save" else 0), f"{saves} saves were begun"


@pytest.mark.points(2)
@pytest.mark.message("batches-left-running")
async def test_an_error_leaves_no_batch_running(steps: Steps, virtual_clock: VirtualClock) -> None:
    """When an error comes out, no batch may be left that is still being preprocessed."""
    steps.broken = {50}
    steps.delays = {0: 0.9, 25: 0.2, 50: 0.5, 75: 1.4}

    with pytest.raises((LookupError, ExceptionGroup)):
        await data_pipeline("s3://images")
    left = steps.in_flight
    await virtual_clock.advance(10)

    assert left == 0, f"{left} batches were still being preprocessed"


@pytest.mark.points(2)
@pytest.mark.message("batches-left-running")
@pytest.mark.parametrize("moment", [0.5, 1.25, 1.6])
async def test_a_cancellation_ends_the_pipeline(
    steps: Steps, virtual_clock: VirtualClock, moment: float
) -> None:
    """If it is cancelled, CancelledError has to come out, and nothing may go on running."""
    task = asyncio.ensure_future(data_pipeline("s3://images"))
    await virtual_clock.advance(moment)

    task.cancel()
    await asyncio.wait([task])
    await virtual_clock.advance(0)
    left = steps.in_flight
    await virtual_clock.advance(10)

    ended_as_cancelled = task.cancelled()
    assert ended_as_cancelled, "it was cancelled, and did not end as cancelled"
    assert left == 0, f"{left} batches were still being preprocessed"
    batches, saves = len(steps.batches), len(steps.saved)
    assert batches == (0 if moment < 1.0 else 4), f"{batches} batches were begun"
    assert saves == (0 if moment < 1.5 else 1), f"{saves} saves were begun"


@pytest.mark.explore(seeds=20)
@pytest.mark.message("wrong-order")
async def test_no_order_of_steps_changes_the_result(steps: Steps) -> None:
    """Whichever batch goes on first, the result has to be the same."""
    steps.samples = samples(7)

    count = await data_pipeline("s3://images", 2)

    assert count == 7
    assert steps.saved == [[negative(sample) for sample in samples(7)]]
