"""The rules of the statement, one test each."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import httpx
import log_stream
import pytest
from log_stream import (
    epochs_until,
    follow_training_logs,
    monitor_training,
    stream_training_logs,
)

from pytest_mlinfra.clock import VirtualClock
from pytest_mlinfra.fleet import (
    CutStream,
    Drip,
    Journal,
    ModelFleet,
    ModelServer,
    Reset,
    Status,
    TimeBetweenTokens,
)

FOUR_LINES = [
    "[job-7] Epoch 1/4 - loss: 1.0000",
    "[job-7] Epoch 2/4 - loss: 0.5000",
    "[job-7] Epoch 3/4 - loss: 0.3333",
    "[job-7] Epoch 4/4 - loss: 0.2500",
]
FOUR_ENTRIES = [
    {"job": "job-7", "epoch": epoch, "epochs": 4, "loss": loss, "message": FOUR_LINES[epoch - 1]}
    for epoch, loss in [(1, 1.0), (2, 0.5), (3, 0.3333), (4, 0.25)]
]


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the answer prints: its `print` is one that only writes it down."""
    lines: list[str] = []

    def note(*values: object, sep: str | None = " ", **_options: object) -> None:
        lines.append((" " if sep is None else sep).join(map(str, values)))

    monkeypatch.setattr(log_stream, "print", note)
    return lines


# The module has no `print` of its own, so here is one for `monkeypatch` to put back.
log_stream.print = print  # type: ignore[attr-defined]


@pytest.mark.message("wrong-lines")
async def test_streams_a_line_for_each_epoch() -> None:
    """The log has a line for each epoch, counted from 1, with the loss to four decimals."""
    lines = [line async for line in stream_training_logs("job-7", 4)]

    assert lines == FOUR_LINES


@pytest.mark.message("wrong-lines")
async def test_streams_ten_epochs_by_default() -> None:
    """Without epochs there are ten of them."""
    lines = [line async for line in stream_training_logs("job-9")]

    assert len(lines) == 10
    assert lines[-1] == "[job-9] Epoch 10/10 - loss: 0.1000"


@pytest.mark.points(3)
@pytest.mark.message("wrong-moments")
async def test_each_line_comes_after_half_a_second(virtual_clock: VirtualClock) -> None:
    """Each line has to come half a second after the one before, and not all at the end."""
    moments = [virtual_clock.now async for _ in stream_training_logs("job-7", 4)]

    assert moments == [0.5, 1.0, 1.5, 2.0]


@pytest.mark.message("late-end")
async def test_ends_with_its_last_line(virtual_clock: VirtualClock) -> None:
    """Behind its last line the stream has to end at once."""
    async for _ in stream_training_logs("job-7", 4):
        last = virtual_clock.now

    later = virtual_clock.now - last
    assert later == 0, f"the stream ended {later:g} s after its last line"


@pytest.mark.message("no-epochs")
async def test_no_epochs_give_no_line(virtual_clock: VirtualClock) -> None:
    """With epochs=0 the stream has to end at once, without a line."""
    lines = [line async for line in stream_training_logs("job-7", 0)]

    assert lines == []
    assert virtual_clock.now == 0


@pytest.mark.points(2)
@pytest.mark.message("works-ahead")
async def test_works_only_when_it_is_asked(virtual_clock: VirtualClock) -> None:
    """A line takes half a second from when it is asked for: nothing is prepared in advance."""
    moments = []
    async with aclosing(stream_training_logs("job-7", 3)) as lines:
        await virtual_clock.advance(10)
        async for _ in lines:
            moments.append(virtual_clock.now)
            await asyncio.sleep(2)

    assert moments == [10.5, 13.0, 15.5], "asked for at 10, 12.5 and 15 s"


@pytest.mark.points(2)
@pytest.mark.message("streams-disturb-each-other")
@pytest.mark.explore(seeds=5)
async def test_streams_are_independent(virtual_clock: VirtualClock) -> None:
    """Two streams that are read together have to give their lines at the same moments."""

    async def read(job: str) -> list[tuple[float, str]]:
        return [(virtual_clock.now, line) async for line in stream_training_logs(job, 2)]

    first, second = await asyncio.gather(read("a"), read("b"))

    assert [moment for moment, _ in first] == [moment for moment, _ in second] == [0.5, 1.0]
    assert [line[:3] for _, line in first + second] == ["[a]", "[a]", "[b]", "[b]"]


@pytest.mark.message("goes-on-when-closed")
@pytest.mark.parametrize("read", [0, 1, 3])
async def test_can_be_closed_early(virtual_clock: VirtualClock, read: int) -> None:
    """A stream that is closed has to end at once, and to give nothing more."""
    lines = stream_training_logs("job-7")
    for _ in range(read):
        await anext(lines)
    now = virtual_clock.now

    await lines.aclose()
    rest = [line async for line in lines]

    assert rest == []
    took = virtual_clock.now - now
    assert took == 0, f"closing took {took:g} s"


@pytest.mark.message("cancellation-swallowed")
@pytest.mark.cancel_everywhere
async def test_a_cancellation_ends_the_reading() -> None:
    """Whoever is cancelled in reading a stream has to end as cancelled."""
    async for _ in stream_training_logs("job-7", 3):
        pass


@pytest.mark.points(2)
@pytest.mark.message("wrong-count")
async def test_monitoring_counts_the_lines(virtual_clock: VirtualClock) -> None:
    """monitor_training has to return how many lines there were, when the last one is there."""
    count = await monitor_training("job-7")

    assert count == 10
    now = virtual_clock.now
    assert now == 5, f"returned after {now:g} s"


@pytest.mark.message("wrong-output")
@pytest.mark.parametrize("arguments", [[], ["job-7"]])
async def test_monitoring_prints_the_lines(printed: list[str], arguments: list[str]) -> None:
    """monitor_training has to print the ten lines of its job, job-123 by default."""
    await monitor_training(*arguments)

    job = arguments[0] if arguments else "job-123"
    lines = [f"[{job}] Epoch {epoch}/10 - loss: {1 / epoch:.4f}" for epoch in range(1, 11)]
    assert printed == lines


@pytest.mark.points(2)
@pytest.mark.message("prints-at-the-end")
async def test_monitoring_prints_as_it_goes(
    virtual_clock: VirtualClock, printed: list[str]
) -> None:
    """monitor_training has to print each line when it is there, and not all at the end."""
    monitoring = asyncio.ensure_future(monitor_training())
    await virtual_clock.advance(1.75)
    early = len(printed)
    await monitoring

    assert early == 3, f"after 1.75 s, {early} lines had been printed"


@pytest.mark.message("cancellation-swallowed")
@pytest.mark.cancel_everywhere(at_most=10)
async def test_a_cancellation_ends_the_monitoring() -> None:
    """monitor_training that is cancelled has to end as cancelled."""
    await monitor_training()


# From a server


@pytest.mark.message("wrong-request")
async def test_asks_the_server_once(model_fleet: ModelFleet, journal: Journal) -> None:
    """Following a log has to be one GET request for NDJSON, with the job and its epochs."""
    server = await model_fleet.start("trainer")

    async for _ in follow_training_logs(server.url, "job-7", 3):
        pass

    journal.expect().requests(["GET /jobs/job-7/logs"])
    asked = sorted(journal[0].request.query.split("&"))
    assert asked == ["epochs=3", "format=ndjson"]


@pytest.mark.message("wrong-entries")
async def test_gives_an_entry_for_each_line(model_fleet: ModelFleet) -> None:
    """Each line of the answer has to become a dictionary."""
    server = await model_fleet.start("trainer")

    entries = [entry async for entry in follow_training_logs(server.url, "job-7", 4)]

    assert entries == FOUR_ENTRIES


@pytest.mark.points(3)
@pytest.mark.message("waits-for-the-whole-answer")
async def test_gives_entries_as_they_come(
    model_fleet: ModelFleet, virtual_clock: VirtualClock
) -> None:
    """Each entry has to be there as soon as its line is, not when the answer is complete."""
    server = await model_fleet.start("trainer")

    moments = [virtual_clock.now async for _ in follow_training_logs(server.url, "job-7", 4)]

    assert moments == [0.5, 1.0, 1.5, 2.0]


@pytest.mark.points(3)
@pytest.mark.message("pieces-are-no-lines")
@pytest.mark.parametrize("size", [1, 7, 1000])
async def test_puts_pieces_together(model_fleet: ModelFleet, size: int) -> None:
    """A piece of the network is no line: lines come in several pieces, or several in one."""
    server = await model_fleet.start("trainer", Drip(size=size, interval=0.01))

    entries = [entry async for entry in follow_training_logs(server.url, "job-7", 4)]

    assert entries == FOUR_ENTRIES


@pytest.mark.message("too-early")
async def test_asks_nobody_before_it_is_read(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Before the first entry is asked for, nothing may be sent or opened."""
    server = await model_fleet.start("trainer")

    async with aclosing(follow_training_logs(server.url, "job-7")):
        await virtual_clock.advance(1)

    assert len(journal) == 0
    assert model_fleet.open_connections == 0


@pytest.mark.points(2)
@pytest.mark.message("impatient")
async def test_waits_for_an_hour(model_fleet: ModelFleet, virtual_clock: VirtualClock) -> None:
    """An hour between two lines is no reason to give up: httpx does so after five seconds."""
    server = await model_fleet.start("trainer", TimeBetweenTokens(3600))

    entries = [entry async for entry in follow_training_logs(server.url, "job-7", 4)]

    assert entries == FOUR_ENTRIES
    assert virtual_clock.now > 3600


@pytest.mark.points(2)
@pytest.mark.message("error-as-log")
@pytest.mark.parametrize("code", [302, 404, 503])
async def test_an_error_is_no_log(model_fleet: ModelFleet, code: int) -> None:
    """An answer that is no success has to raise httpx.HTTPStatusError: it is no empty log."""
    server = await model_fleet.start("trainer", Status(code))

    with pytest.raises(httpx.HTTPStatusError):
        entries = [entry async for entry in follow_training_logs(server.url, "job-7")]
        pytest.fail(f"gave {entries!r} for status code {code}")


@pytest.mark.points(2)
@pytest.mark.message("cut-off-goes-unseen")
@pytest.mark.parametrize("trouble", ["cut", "reset"])
async def test_a_broken_stream_does_not_look_complete(
    model_fleet: ModelFleet, trouble: str
) -> None:
    """If the connection breaks, the entries so far come, and then httpx's own exception."""
    fault = CutStream(2) if trouble == "cut" else Reset(after_bytes=250)
    server = await model_fleet.start("trainer", fault)
    entries: list[Any] = []

    with pytest.raises(httpx.TransportError):
        async for entry in follow_training_logs(server.url, "job-7", 4):
            entries.append(entry)
        pytest.fail(f"the stream ended as if it were complete, after {len(entries)} of 4 entries")

    assert entries == FOUR_ENTRIES[:2]


@pytest.mark.message("connection-left-open")
@pytest.mark.parametrize("trouble", [None, Status(500), CutStream(1)], ids=["end", "error", "cut"])
async def test_closes_its_connection(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, trouble: Any
) -> None:
    """When the log has ended, or something has gone wrong, the connection has to be closed."""
    server = await model_fleet.start("trainer", *([trouble] if trouble else []))

    try:
        async for _ in follow_training_logs(server.url, "job-7", 2):
            pass
    except httpx.HTTPError:
        pass
    await virtual_clock.advance(0)

    journal.expect(1, "request").connections_closed()


@pytest.mark.points(2)
@pytest.mark.message("goes-on-when-closed")
async def test_breaks_off_when_it_is_closed(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Closed early, the request has to be broken off at that moment, and not read to its end."""
    server = await model_fleet.start("trainer")

    async with aclosing(follow_training_logs(server.url, "job-7")) as entries:
        await anext(entries)
    now = virtual_clock.now
    await virtual_clock.advance(0)

    assert now == 0.5, f"closed after {now:g} s"
    journal.expect(1, "request").cancelled().connections_closed()


@pytest.mark.points(2)
@pytest.mark.message("wrong-epoch")
@pytest.mark.parametrize(("loss", "epoch"), [(0.4, 3), (0.5, 2), (2.0, 1), (0.25, 4)])
async def test_finds_the_first_epoch(
    model_fleet: ModelFleet, virtual_clock: VirtualClock, loss: float, epoch: int
) -> None:
    """epochs_until has to return the first epoch with that loss or a lower one, as it comes."""
    server = await model_fleet.start("trainer")

    assert await epochs_until(server.url, "job-7", loss, 4) == epoch
    now = virtual_clock.now
    assert now == 0.5 * epoch, f"returned after {now:g} s"


@pytest.mark.message("never-reached")
async def test_says_none_if_there_is_none(model_fleet: ModelFleet, journal: Journal) -> None:
    """If the log ends before, epochs_until has to return None; ten epochs are the default."""
    server = await model_fleet.start("trainer")

    assert await epochs_until(server.url, "job-7", 0.01) is None
    assert "epochs=10" in journal[0].request.query


@pytest.mark.points(3)
@pytest.mark.message("reads-on")
async def test_reads_no_further(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """When epochs_until returns, the request has been broken off and the connection closed."""
    server = await model_fleet.start("trainer")

    await epochs_until(server.url, "job-7", 0.5)
    await virtual_clock.advance(0)

    journal.expect(1, "request").cancelled().connections_closed().within(1.0)


@pytest.mark.message("cut-off-goes-unseen")
@pytest.mark.parametrize("trouble", [CutStream(2), Status(503)], ids=["cut", "503"])
async def test_trouble_is_no_none(model_fleet: ModelFleet, trouble: Any) -> None:
    """What goes wrong has to come out of epochs_until: None means that the log has ended."""
    server = await model_fleet.start("trainer", trouble)

    with pytest.raises(httpx.HTTPError):
        result = await epochs_until(server.url, "job-7", 0.2)
        pytest.fail(f"epochs_until returned {result!r}")


@pytest.mark.points(2)
@pytest.mark.message("cancellation-swallowed")
async def test_a_cancellation_breaks_it_off(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Cancelled, epochs_until has to end as cancelled, and its request with it."""
    server = await model_fleet.start("trainer")
    search = asyncio.ensure_future(epochs_until(server.url, "job-7", 0.01))
    await virtual_clock.advance(1.25)

    search.cancel()
    await asyncio.wait([search], timeout=60)
    await virtual_clock.advance(0)

    ended_as_cancelled = search.cancelled()
    assert ended_as_cancelled, "the task was cancelled, and did not end as cancelled"
    assert virtual_clock.now == 1.25
    journal.expect(1, "request").cancelled().connections_closed()


@pytest.mark.message("cleans-up-after-cancellation")
@pytest.mark.cancel_everywhere(at_most=20)
async def test_leaves_nothing_behind_wherever_it_is_cancelled(model_server: ModelServer) -> None:
    """Wherever epochs_until is cancelled, it has to end as cancelled and to leave nothing open."""
    await epochs_until(model_server.url, "job-7", 0.5)
