"""The rules of the statement, one test each."""

from __future__ import annotations

import asyncio
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import blocking_or_async
import pytest
from blocking_or_async import choose_strategy, hash_shards, run_probes

from pytest_mlinfra.clock import VirtualClock

SHARDS = [b"weights", b"", b"bias", b"embedding", b"head"]
FINGERPRINTS = [
    "b1494b6ef08a411e",
    "cbf29ce484222325",
    "deb23f9bd0a849a4",
    "4a48353ad6107ed2",
    "0a8f12cc5f9a0c03",
]


def workload(jobs: int, waiting: int, computing: int, client: str) -> Any:
    """A workload, in one line."""
    return {
        "jobs": jobs,
        "waiting_ms": waiting,
        "computing_ms": computing,
        "has_async_client": client == "async client",
    }


def strategy_for(given: Any) -> str:
    """What choose_strategy says, which is a text."""
    strategy = choose_strategy(given)
    kind = type(strategy).__name__
    assert kind == "str", f"choose_strategy returned no text, but a {kind}"
    return strategy


@pytest.mark.message("too-small-to-matter")
@pytest.mark.parametrize(
    "given",
    [
        workload(1, 5000, 0, "async client"),
        workload(1, 0, 5000, "no async client"),
        workload(0, 5000, 1, "no async client"),
        workload(9, 11, 0, "async client"),
        workload(3, 3, 30, "no async client"),
    ],
)
def test_little_work_is_done_as_it_is(given: Any) -> None:
    """One job, or less than 100 ms for all of them together, has to be "sync"."""
    strategy = strategy_for(given)

    assert strategy == "sync", given


@pytest.mark.message("computing-is-no-waiting")
@pytest.mark.parametrize(
    "given",
    [
        workload(8, 0, 400, "no async client"),
        workload(2, 300, 301, "no async client"),
        workload(40, 20, 900, "async client"),
        workload(100, 0, 1, "no async client"),
    ],
)
def test_computing_belongs_into_processes(given: Any) -> None:
    """Jobs that compute for longer than they wait have to be "process", client or not."""
    strategy = strategy_for(given)

    assert strategy == "process", given


@pytest.mark.message("waiting-can-be-awaited")
@pytest.mark.parametrize(
    "given",
    [
        workload(50, 200, 1, "async client"),
        workload(2, 50, 0, "async client"),
        workload(2, 300, 300, "async client"),
    ],
)
def test_waiting_with_a_client_is_async(given: Any) -> None:
    """Jobs that wait at least as long as they compute have to be "async" if a client allows it."""
    strategy = strategy_for(given)

    assert strategy == "async", given


@pytest.mark.message("nobody-can-await-it")
@pytest.mark.parametrize(
    "given",
    [
        workload(50, 200, 1, "no async client"),
        workload(2, 300, 300, "no async client"),
        workload(10, 10, 0, "no async client"),
    ],
)
def test_waiting_without_a_client_needs_threads(given: Any) -> None:
    """Jobs that wait, and have no async client, have to be "thread"."""
    strategy = strategy_for(given)

    assert strategy == "thread", given


class Workers:
    """Makes functions that block, and writes down where and when they do.

    Attributes:
        calls: the names of what was called, in that order.
        on_the_loop: those of them that were called on the thread of the loop.
        threads: the names of the threads that the others were called on.
        peak: how many were inside at the same time at most.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.on_the_loop: list[str] = []
        self.threads: set[str] = set()
        self.peak = self._inside = 0
        self._loop_thread = threading.get_ident()
        self._lock = threading.Lock()

    def block(self, name: str, seconds: float) -> None:
        """Block the calling thread, unless it is the loop's: that is bad enough."""
        self.calls.append(name)
        if threading.get_ident() == self._loop_thread:
            self.on_the_loop.append(name)
            return
        self.threads.add(threading.current_thread().name.rpartition("_")[0])
        with self._lock:
            self._inside += 1
            self.peak = max(self.peak, self._inside)
        time.sleep(seconds)
        with self._lock:
            self._inside -= 1

    def probe(self, name: str, seconds: float = 0.5) -> Callable[[], str]:
        """A probe that blocks for so long, and says that `name` is up."""

        def probe() -> str:
            self.block(name, seconds)
            return f"{name} is up"

        return probe

    def broken_probe(self) -> Callable[[], str]:
        """A probe that fails after a quarter of a second."""

        def probe() -> str:
            self.block("broken", 0.25)
            raise ConnectionError("the probe cannot connect")

        return probe


@pytest.fixture
def workers() -> Workers:
    """What makes functions that block."""
    return Workers()


@pytest.mark.points(2)
@pytest.mark.message("probe-on-the-loop")
async def test_calls_no_probe_on_the_loop(workers: Workers) -> None:
    """A probe blocks, so it must not be called on the thread of the event loop."""
    await run_probes([workers.probe(name) for name in ("bert", "gpt", "llama")])

    assert workers.on_the_loop == []


@pytest.mark.message("not-one-call-each")
async def test_calls_each_probe_once(workers: Workers) -> None:
    """Each probe has to be called once, one that stands in the list twice for each time."""
    probe = workers.probe("gpt")

    await run_probes([workers.probe("bert"), probe, probe])

    assert sorted(workers.calls) == ["bert", "gpt", "gpt"]


@pytest.mark.points(2)
@pytest.mark.message("one-after-another")
async def test_all_probes_are_inside_at_the_same_time(
    workers: Workers, virtual_clock: VirtualClock
) -> None:
    """All probes have to be inside at the same time: five take as long as one."""
    await run_probes([workers.probe(name) for name in "abcde"])

    peak, took = workers.peak, virtual_clock.now
    assert peak == 5, f"of 5 probes {peak} were inside at the same time"
    assert took == 0.5, f"five probes of 0.5 s took {took:g} s"


@pytest.mark.points(2)
@pytest.mark.message("loop-blocked")
async def test_the_loop_stays_free(workers: Workers, virtual_clock: VirtualClock) -> None:
    """While probes block, everybody else has to go on: a heartbeat must not miss a beat."""
    beats: list[float] = []

    async def beat() -> None:
        while True:
            await asyncio.sleep(0.1)
            beats.append(virtual_clock.now)

    heart = asyncio.create_task(beat())
    await run_probes([workers.probe(name, seconds=0.95) for name in "abc"])
    heart.cancel()
    await asyncio.wait([heart])

    assert beats == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]


@pytest.mark.points(2)
@pytest.mark.message("wrong-order")
async def test_results_are_in_the_order_of_the_probes(workers: Workers) -> None:
    """The results have to stand in the order of the probes, in a list."""
    delays = {"bert": 0.7, "gpt": 0.1, "llama": 0.5, "resnet": 0.3}

    results = await run_probes([workers.probe(name, delay) for name, delay in delays.items()])

    assert results == [f"{name} is up" for name in delays]
    assert type(results) is list


@pytest.mark.message("nothing-to-do")
@pytest.mark.parametrize("function", ["run_probes", "hash_shards"])
async def test_nothing_gives_an_empty_list(function: str, pool: ThreadPoolExecutor) -> None:
    """An empty list has to give an empty list."""
    results = await (run_probes([]) if function == "run_probes" else hash_shards([], pool))

    assert results == []
    assert type(results) is list


@pytest.mark.message("error-hidden")
async def test_an_error_of_a_probe_comes_out(workers: Workers, virtual_clock: VirtualClock) -> None:
    """An error of a probe has to come out, not to stand among the results."""
    with pytest.raises((ConnectionError, ExceptionGroup)) as caught:
        await run_probes([workers.probe("bert"), workers.broken_probe(), workers.probe("gpt")])
    await virtual_clock.advance(10)  # the others may go on to their ends

    assert str(first_error(caught.value)) == "the probe cannot connect"


@pytest.mark.message("cancellation-hidden")
async def test_a_cancelled_round_of_probes_ends_as_cancelled(
    workers: Workers, virtual_clock: VirtualClock
) -> None:
    """If run_probes is cancelled, CancelledError has to come out."""
    task = asyncio.ensure_future(run_probes([workers.probe(name) for name in "abc"]))
    await virtual_clock.advance(0.2)

    task.cancel()
    await asyncio.wait([task])
    await virtual_clock.advance(10)  # the threads end in their own time

    ended_as_cancelled = task.cancelled()
    assert ended_as_cancelled, "it was cancelled, and did not end as cancelled"


def first_error(error: BaseException) -> BaseException:
    """The error itself, also if task groups have put it into groups."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """A pool of eight threads, in the place of processes: what they do can be seen."""
    with ThreadPoolExecutor(8, thread_name_prefix="pool") as pool:
        yield pool


@pytest.fixture
def slow_fingerprint(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> Workers:
    """A fingerprint that takes a second for each byte, in the place of the module's."""

    def fingerprint(shard: bytes) -> str:
        workers.block(shard.decode(), seconds=len(shard))
        if shard == b"bad":
            raise ArithmeticError("this shard has no fingerprint")
        return f"of {shard.decode()}"

    monkeypatch.setattr(blocking_or_async, "fingerprint", fingerprint)
    return workers


@pytest.mark.message("wrong-fingerprints")
async def test_gives_the_fingerprints(pool: ThreadPoolExecutor) -> None:
    """hash_shards has to give a list with the fingerprint of each shard."""
    fingerprints = await hash_shards(list(SHARDS), pool)

    assert type(fingerprints) is list
    assert sorted(fingerprints) == sorted(FINGERPRINTS)


@pytest.mark.points(2)
@pytest.mark.message("not-in-the-pool")
async def test_computes_in_the_pool_only(
    slow_fingerprint: Workers, pool: ThreadPoolExecutor
) -> None:
    """Fingerprints have to be computed in the pool that was passed, each of them once."""
    await hash_shards([b"a", b"b", b"a"], pool)

    assert slow_fingerprint.on_the_loop == [], "computed on the thread of the event loop"
    is_pool_alone = slow_fingerprint.threads == {"pool"}
    assert is_pool_alone, "a fingerprint was computed in a thread that is not the pool's"
    assert sorted(slow_fingerprint.calls) == ["a", "a", "b"]


@pytest.mark.points(2)
@pytest.mark.message("pool-kept-idle")
async def test_gives_the_pool_everything_at_once(
    slow_fingerprint: Workers, pool: ThreadPoolExecutor, virtual_clock: VirtualClock
) -> None:
    """The pool has to be given everything at once: eight of its threads do eight shards at once."""
    await hash_shards([b"%d" % number for number in range(8)], pool)

    peak, took = slow_fingerprint.peak, virtual_clock.now
    assert peak == 8, f"of 8 fingerprints {peak} were being computed at the same time"
    assert took == 1.0, f"eight fingerprints of 1 s took {took:g} s"


@pytest.mark.points(2)
@pytest.mark.message("wrong-order")
async def test_fingerprints_are_in_the_order_of_the_shards(
    slow_fingerprint: Workers, pool: ThreadPoolExecutor
) -> None:
    """The fingerprints have to stand in the order of the shards, whichever was done first."""
    fingerprints = await hash_shards([b"llll", b"s", b"mmm", b"xx"], pool)

    assert fingerprints == ["of llll", "of s", "of mmm", "of xx"]


class PicklingPool(Executor):
    """A pool that takes only what could be sent to another process, and computes at once."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        """Send a call there and back, and make it."""
        future: Future[Any] = Future()
        try:
            message = pickle.dumps((function, args, options))
        except Exception:
            name = getattr(function, "__name__", type(function).__name__)
            future.set_exception(pickle.PicklingError(f"{name} cannot be pickled"))
            return future
        sent, values, named = pickle.loads(message)
        future.set_result(sent(*values, **named))
        return future


@pytest.mark.points(2)
@pytest.mark.message("cannot-be-sent")
async def test_what_the_pool_is_given_can_be_pickled() -> None:
    """What goes to the pool must be able to go to another process: a lambda cannot."""
    fingerprints = await hash_shards(list(SHARDS), PicklingPool())

    assert fingerprints == FINGERPRINTS


@pytest.mark.message("pool-closed")
async def test_the_pool_stays_open(pool: ThreadPoolExecutor) -> None:
    """The pool belongs to the caller, who may use it again: it has to stay open."""
    await hash_shards(list(SHARDS), pool)

    assert await hash_shards(list(SHARDS), pool) == FINGERPRINTS


@pytest.mark.message("error-hidden")
async def test_an_error_of_a_fingerprint_comes_out(
    slow_fingerprint: Workers, pool: ThreadPoolExecutor, virtual_clock: VirtualClock
) -> None:
    """An error of a fingerprint has to come out, not to stand among the results."""
    with pytest.raises((ArithmeticError, ExceptionGroup)) as caught:
        await hash_shards([b"a", b"bad", b"longer"], pool)
    await virtual_clock.advance(10)

    assert str(first_error(caught.value)) == "this shard has no fingerprint"


@pytest.mark.message("cancellation-hidden")
async def test_cancelled_hashing_ends_as_cancelled(
    slow_fingerprint: Workers, pool: ThreadPoolExecutor, virtual_clock: VirtualClock
) -> None:
    """If hash_shards is cancelled, CancelledError has to come out."""
    task = asyncio.ensure_future(hash_shards([b"a", b"bb", b"ccc"], pool))
    await virtual_clock.advance(0.5)

    task.cancel()
    await asyncio.wait([task])
    await virtual_clock.advance(10)

    ended_as_cancelled = task.cancelled()
    assert ended_as_cancelled, "it was cancelled, and did not end as cancelled"


@pytest.mark.message("list-changed")
async def test_leaves_the_lists_as_they_were(workers: Workers, pool: ThreadPoolExecutor) -> None:
    """The lists that were passed belong to the caller, and have to stay as they were."""
    probes = [workers.probe("bert"), workers.probe("gpt")]
    shards = list(SHARDS)
    before = list(probes)

    await run_probes(probes)
    await hash_shards(shards, pool)

    left, is_as_it_was = len(probes), probes == before
    assert left == 2, f"of 2 probes {left} were left in the list"
    assert is_as_it_was, "the probes stand in another order"
    assert shards == SHARDS
