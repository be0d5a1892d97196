"""The same rules with other inputs, for instructors: an answer made to fit the visible tests fails."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
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
    Bandwidth,
    CutStream,
    Drip,
    Journal,
    Latency,
    ModelFleet,
    ModelServer,
    Reset,
    Response,
    Status,
    TimeBetweenTokens,
)
from pytest_mlinfra.fleet.faults import Answer, AnswerFault, Moment

LOSSES = [0.9, 0.4, 0.7, 0.3, 0.35, 0.1]


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


class UnsteadyLog(AnswerFault, frozen=True):
    """Losses that go up and down, epochs that take longer and longer, and more than ASCII."""

    async def around(self, moment: Moment, answer: Answer) -> Response:
        """Another log in the place of the server's."""
        whole = await answer()
        await whole.close()
        if not whole.stream or moment.request is None:
            return whole
        query = dict(part.split("=") for part in moment.request.query.split("&"))
        return Response(stream=self._lines(int(query["epochs"])))

    async def _lines(self, epochs: int) -> AsyncGenerator[bytes, None]:
        for number, loss in enumerate(LOSSES[:epochs], start=1):
            await asyncio.sleep(number)
            entry = {"job": "größe", "epoch": number, "epochs": epochs, "loss": loss}
            text = json.dumps(entry | {"message": "…läuft"}, ensure_ascii=False)
            yield f"{text}\n".encode()


async def start(fleet: ModelFleet, *faults: Any) -> ModelServer:
    """Start a server with unsteady jobs."""
    return await fleet.start("unsteady", *faults, UnsteadyLog())


@pytest.mark.message("wrong-lines")
@pytest.mark.parametrize("epochs", [1, 3, 12])
async def test_streams_so_many_lines(virtual_clock: VirtualClock, epochs: int) -> None:
    """A line for each epoch, each half a second after the one before."""
    lines = [(virtual_clock.now, line) async for line in stream_training_logs("x", epochs)]

    assert lines == [
        (n / 2, f"[x] Epoch {n}/{epochs} - loss: {1 / n:.4f}") for n in range(1, epochs + 1)
    ]
    assert virtual_clock.now == epochs / 2


@pytest.mark.message("works-ahead")
async def test_a_slow_reader(virtual_clock: VirtualClock) -> None:
    """Half a second from each question to its line."""
    async with aclosing(stream_training_logs("x", 4)) as lines:
        for pause in (0.1, 3, 0, 7):
            await asyncio.sleep(pause)
            asked = virtual_clock.now
            await anext(lines)
            assert round(virtual_clock.now - asked, 9) == 0.5


@pytest.mark.message("streams-disturb-each-other")
async def test_streams_that_begin_at_different_moments(virtual_clock: VirtualClock) -> None:
    """Twenty readers, each a tenth of a second behind the one before."""

    async def read(number: int) -> float:
        await asyncio.sleep(number / 10)
        lines = [line async for line in stream_training_logs(f"job-{number}", 6)]
        assert lines[5] == f"[job-{number}] Epoch 6/6 - loss: 0.1667"
        return round(virtual_clock.now - number / 10, 9)

    assert await asyncio.gather(*map(read, range(20))) == [3.0] * 20


@pytest.mark.message("goes-on-when-closed")
async def test_closed_by_break(virtual_clock: VirtualClock) -> None:
    """Nothing more after the second line."""
    async with aclosing(stream_training_logs("x")) as lines:
        async for line in lines:
            if "Epoch 2/" in line:
                break

    assert [line async for line in lines] == []
    assert virtual_clock.now == 1.0


@pytest.mark.message("wrong-count")
async def test_monitors_side_by_side(virtual_clock: VirtualClock, printed: list[str]) -> None:
    """Three jobs in the time of one, each with ten lines."""
    counts = await asyncio.gather(*(monitor_training(f"job-{number}") for number in range(3)))

    assert counts == [10, 10, 10]
    assert virtual_clock.now == 5
    assert len(printed) == 30
    assert sorted(line[:7] for line in printed[:3]) == ["[job-0]", "[job-1]", "[job-2]"]


@pytest.mark.message("wrong-entries")
@pytest.mark.parametrize(
    "fault", [Drip(size=1, interval=0.001), Drip(size=90, interval=0.001), Bandwidth(2000)]
)
async def test_entries_of_another_server(model_fleet: ModelFleet, fault: Any) -> None:
    """Lines with letters of several bytes, in pieces of every size."""
    server = await start(model_fleet, fault)

    entries = [entry async for entry in follow_training_logs(server.url, "job-9", 6)]

    assert [entry["loss"] for entry in entries] == LOSSES
    assert {entry["message"] for entry in entries} == {"…läuft"}
    assert {entry["job"] for entry in entries} == {"größe"}


@pytest.mark.message("waits-for-the-whole-answer")
async def test_entries_as_they_come(model_fleet: ModelFleet, virtual_clock: VirtualClock) -> None:
    """At 1, 3, 6 and 10 seconds."""
    server = await start(model_fleet)

    moments = [virtual_clock.now async for _ in follow_training_logs(server.url, "job-9", 4)]

    assert moments == [1, 3, 6, 10]


@pytest.mark.message("wrong-request")
async def test_the_request(model_fleet: ModelFleet, journal: Journal) -> None:
    """One, and with the ten epochs of the default."""
    server = await model_fleet.start("trainer")

    entries = [entry async for entry in follow_training_logs(server.url, "Job-42")]

    assert [entry["epoch"] for entry in entries] == list(range(1, 11))
    journal.expect().requests(["GET /jobs/Job-42/logs"])
    assert "epochs=10" in journal[0].request.query


@pytest.mark.message("impatient")
@pytest.mark.parametrize("seconds", [6, 61, 3599])
async def test_long_epochs(model_fleet: ModelFleet, seconds: float) -> None:
    """Patience before the first line and between the others."""
    faults = [Latency(seconds), TimeBetweenTokens(seconds)]
    server = await model_fleet.start("trainer", *faults)

    assert len([entry async for entry in follow_training_logs(server.url, "job-9", 3)]) == 3


@pytest.mark.message("error-as-log")
@pytest.mark.parametrize("code", [301, 400, 401, 429, 500])
async def test_errors(model_fleet: ModelFleet, journal: Journal, code: int) -> None:
    """HTTPStatusError from both functions, after one request each."""
    server = await model_fleet.start("trainer", Status(code))

    with pytest.raises(httpx.HTTPStatusError):
        await anext(follow_training_logs(server.url, "job-9"))
    with pytest.raises(httpx.HTTPStatusError):
        await epochs_until(server.url, "job-9", 0.5)

    assert len(journal) == 2


@pytest.mark.message("cut-off-goes-unseen")
@pytest.mark.parametrize("pieces", [1, 3, 5])
async def test_cut_off(model_fleet: ModelFleet, pieces: int) -> None:
    """The entries so far, and then the exception."""
    server = await start(model_fleet, CutStream(pieces))
    seen = []

    with pytest.raises(httpx.RemoteProtocolError):
        async for entry in follow_training_logs(server.url, "job-9", 6):
            seen.append(entry["loss"])

    assert seen == LOSSES[:pieces]


@pytest.mark.message("goes-on-when-closed")
@pytest.mark.parametrize("read", [1, 2, 4])
async def test_closed_early(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, read: int
) -> None:
    """Broken off at that moment, and closed."""
    server = await start(model_fleet)

    async with aclosing(follow_training_logs(server.url, "job-9", 6)) as entries:
        for _ in range(read):
            await anext(entries)
    await virtual_clock.advance(0)

    assert virtual_clock.now == read * (read + 1) / 2
    journal.expect(1, "request").cancelled().connections_closed()


@pytest.mark.message("wrong-epoch")
@pytest.mark.parametrize(
    ("loss", "epoch", "seconds"),
    [(1, 1, 1), (0.8, 2, 3), (0.39, 4, 10), (0.3, 4, 10), (0.2, 6, 21)],
)
async def test_losses_that_go_up_and_down(
    model_fleet: ModelFleet,
    journal: Journal,
    virtual_clock: VirtualClock,
    loss: float,
    epoch: int,
    seconds: float,
) -> None:
    """The first epoch that is low enough, and nothing is read behind it."""
    server = await start(model_fleet)

    assert await epochs_until(server.url, "job-9", loss, epochs=6) == epoch
    assert virtual_clock.now == seconds
    await virtual_clock.advance(0)
    journal.expect(1, "request").connections_closed()


@pytest.mark.message("never-reached")
@pytest.mark.parametrize("epochs", [0, 1, 5])
async def test_never_low_enough(model_fleet: ModelFleet, epochs: int) -> None:
    """None, also for a job without epochs."""
    server = await start(model_fleet)

    assert await epochs_until(server.url, "job-9", 0.2, epochs) is None


@pytest.mark.message("cut-off-goes-unseen")
async def test_a_search_that_is_cut_off(model_fleet: ModelFleet) -> None:
    """The exception, and not None."""
    server = await model_fleet.start("trainer", Reset(after_bytes=400))

    with pytest.raises(httpx.TransportError):
        await epochs_until(server.url, "job-9", 0.1)


@pytest.mark.message("cancellation-swallowed")
@pytest.mark.parametrize("moment", [0.5, 2, 8])
async def test_a_search_that_is_cancelled(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock, moment: float
) -> None:
    """Ends as cancelled at once, and breaks its request off."""
    server = await start(model_fleet)
    search = asyncio.ensure_future(epochs_until(server.url, "job-9", 0, 6))
    await virtual_clock.advance(moment)

    search.cancel()
    await asyncio.wait([search], timeout=60)
    await virtual_clock.advance(0)

    assert search.cancelled()
    assert virtual_clock.now == moment
    journal.expect(1, "request").cancelled().connections_closed()


@pytest.mark.message("no-epochs")
async def test_a_log_without_epochs(virtual_clock: VirtualClock) -> None:
    """With epochs=0 the stream has to end at once, also when it is asked again."""
    first, second = stream_training_logs("x", epochs=0), stream_training_logs("y", epochs=0)
    await asyncio.sleep(3)

    ends = await asyncio.gather(anext(first, "the end"), anext(second, "the end"))

    assert list(ends) == ["the end", "the end"]
    assert await anext(first, "the end") == "the end"
    assert virtual_clock.now == 3


@pytest.mark.message("wrong-output")
async def test_monitors_print_nothing_else(printed: list[str]) -> None:
    """One of another job, and then one of the job that is the default."""
    await monitor_training("größe/9")
    await monitor_training()

    assert printed == [
        f"[{job}] Epoch {epoch}/10 - loss: {1 / epoch:.4f}"
        for job in ("größe/9", "job-123")
        for epoch in range(1, 11)
    ]


@pytest.mark.message("cancellation-swallowed")
@pytest.mark.parametrize("seconds", [0.25, 1.75, 4.75])
async def test_a_reader_that_is_cancelled(virtual_clock: VirtualClock, seconds: float) -> None:
    """Ends as cancelled at once, and not as if the log had come to its end."""
    moments = []

    async def read() -> None:
        async for _ in stream_training_logs("x", 10):
            moments.append(virtual_clock.now)

    reading = asyncio.ensure_future(read())
    await virtual_clock.advance(seconds)

    reading.cancel()
    await asyncio.wait([reading], timeout=60)

    ended_as_cancelled = reading.cancelled()
    assert ended_as_cancelled, "the reader was cancelled, and did not end as cancelled"
    assert virtual_clock.now == seconds
    assert moments == [number / 2 for number in range(1, int(seconds * 2) + 1)]


@pytest.mark.message("cancellation-swallowed")
@pytest.mark.parametrize("seconds", [0.25, 3.25])
async def test_a_monitor_that_is_cancelled(
    virtual_clock: VirtualClock, printed: list[str], seconds: float
) -> None:
    """Ends as cancelled at once, and prints nothing more; another one goes on."""
    other = asyncio.ensure_future(monitor_training("other"))
    monitoring = asyncio.ensure_future(monitor_training("cancelled"))
    await virtual_clock.advance(seconds)

    monitoring.cancel()
    await asyncio.wait([monitoring], timeout=60)
    count = await other

    ended_as_cancelled = monitoring.cancelled()
    assert ended_as_cancelled, "the task was cancelled, and did not end as cancelled"
    assert count == 10
    assert len([line for line in printed if "[cancelled]" in line]) == int(seconds * 2)
    assert virtual_clock.now == 5


@pytest.mark.message("too-early")
async def test_nothing_is_sent_for_what_nobody_reads(
    model_fleet: ModelFleet, journal: Journal, virtual_clock: VirtualClock
) -> None:
    """Three logs, of which one is read in the end: one request, at that moment."""
    server = await model_fleet.start("trainer")

    logs = [follow_training_logs(server.url, f"job-{number}", 2) for number in range(3)]
    await virtual_clock.advance(20)
    assert model_fleet.open_connections == 0
    entries = [entry async for entry in logs[1]]
    for log in logs:
        await log.aclose()

    assert [entry["job"] for entry in entries] == ["job-1", "job-1"]
    journal.expect(1, "request").requests(["GET /jobs/job-1/logs"])
    assert round(journal[0].started, 6) == 20


@pytest.mark.message("never-reached")
@pytest.mark.parametrize(("loss", "epoch"), [(0.15, 7), (0.1, 10), (0.05, None)])
async def test_a_search_through_ten_epochs(
    model_fleet: ModelFleet, journal: Journal, loss: float, epoch: int | None
) -> None:
    """Ten where nothing is said, and all of them are looked at."""
    server = await model_fleet.start("trainer")

    assert await epochs_until(server.url, "Job-42", loss) == epoch
    journal.expect(1, "request").requests(["GET /jobs/Job-42/logs"])


@pytest.mark.message("cleans-up-after-cancellation")
@pytest.mark.cancel_everywhere(at_most=20)
async def test_a_search_can_be_cancelled_anywhere(model_fleet: ModelFleet) -> None:
    """Cancelled while it connects, waits or reads, it ends as cancelled and leaves nothing open."""
    server = await model_fleet.start("slow", Latency(2), TimeBetweenTokens(1))

    await epochs_until(server.url, "job-9", 0.4, epochs=4)
