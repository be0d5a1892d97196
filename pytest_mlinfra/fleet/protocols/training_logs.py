"""The log of a training job, line by line, as it is written.

Every job exists. Its loss is 1 divided by the number of the epoch.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.protocols.query import Query
from pytest_mlinfra.fleet.protocols.route import Route
from pytest_mlinfra.fleet.protocols.streams import event_stream, line, line_stream

_DEFAULT_EPOCHS = 10
# Seconds that an epoch takes, on the loop's clock.
_SECONDS = 0.5


class TrainingLogsProtocol:
    """``GET /jobs/{job}/logs?epochs=10&format=ndjson``, or ``format=sse``.

    As NDJSON, each line has the keys ``job``, ``epoch``, ``epochs``, ``loss`` and
    ``message``. As server-sent events, the data of each is the message, its id the epoch;
    after an interruption, ``Last-Event-ID`` takes the stream up where it broke off.
    """

    name = "training-logs"

    def routes(self, models: Models) -> Iterable[Route]:
        """The one route."""
        yield Route("GET", "/jobs/{job}/logs", _logs)


def _logs(request: Request) -> Response:
    query = Query(request)
    epochs = query.number("epochs", _DEFAULT_EPOCHS)
    job = request.parameters["job"]
    if query.choice("format", ("ndjson", "sse")) == "ndjson":
        return line_stream(_lines(job, epochs))
    last = request.headers.get("last-event-id", "")
    return event_stream(_events(job, epochs, int(last) if last.isdecimal() else 0))


async def _lines(job: str, epochs: int) -> AsyncIterator[bytes]:
    async for entry in _entries(job, epochs, 0):
        yield line(entry)


async def _events(job: str, epochs: int, last: int) -> AsyncIterator[bytes]:
    async for entry in _entries(job, epochs, last):
        yield f"id: {entry['epoch']}\ndata: {entry['message']}\n\n".encode()


async def _entries(job: str, epochs: int, last: int) -> AsyncIterator[dict[str, Any]]:
    for epoch in range(last + 1, epochs + 1):
        await asyncio.sleep(_SECONDS)
        loss = 1 / epoch
        yield {
            "job": job,
            "epoch": epoch,
            "epochs": epochs,
            "loss": round(loss, 4),
            "message": f"[{job}] Epoch {epoch}/{epochs} - loss: {loss:.4f}",
        }
