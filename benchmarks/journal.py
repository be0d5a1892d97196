"""Writing requests down: time and memory of a journal that is bounded, beside one that is not."""

from __future__ import annotations

import statistics
import time
import tracemalloc

from pytest_mlinfra.fleet import Exchanges, Journal, Request

REQUESTS = 200_000
ROUNDS = 3
_BODY = b'{"instances": [1, 2, 3]}'
_MIB = 2**20


def main() -> str:
    """The figures, as lines of text."""
    bounded, unbounded = [], []
    for _ in range(ROUNDS):
        bounded.append(_seconds(Journal()))
        unbounded.append(_seconds(Journal(limit=None, body_bytes=None)))
    ours, theirs = (statistics.median(each) / REQUESTS for each in (bounded, unbounded))
    early, late = _memory(Journal())
    _, all_kept = _memory(Journal(limit=None, body_bytes=None))
    text, svg = _drawing()
    return (
        f"a request in a bounded journal        {ours * 1e6:8.2f} µs "
        f"({ours / theirs:.2f} times an unbounded one)\n"
        f"memory after 20,000 requests          {early / _MIB:8.1f} MiB\n"
        f"memory after {REQUESTS:,} requests         {late / _MIB:8.1f} MiB "
        f"(unbounded: {all_kept / _MIB:.0f})\n"
        f"drawing the last 200 as text          {text * 1e3:8.2f} ms\n"
        f"drawing the last 200 as SVG           {svg * 1e3:8.2f} ms"
    )


def _write(journal: Journal, requests: range) -> None:
    """Each hundredth request fails, and the next one repeats it."""
    for number in requests:
        repeats = number - 1 if number % 100 == 1 else number
        request = Request("POST", f"/models/{repeats % 500}/predict", body=_BODY)
        connection = journal.opened("server", number)
        exchange = journal.begin("resnet", request, connection.number, number)
        exchange.status = 200
        exchange.sent(120, number + 0.25)
        journal.end(exchange, "served" if number % 100 else "reset", number + 0.5)
        journal.closed(connection, number + 0.5)


def _seconds(journal: Journal) -> float:
    started = time.perf_counter()
    _write(journal, range(REQUESTS))
    return time.perf_counter() - started


def _memory(journal: Journal) -> tuple[int, int]:
    """The bytes that a journal holds after a tenth of the requests, and after all."""
    tracemalloc.start()
    _write(journal, range(REQUESTS // 10))
    early, _ = tracemalloc.get_traced_memory()
    _write(journal, range(REQUESTS // 10, REQUESTS))
    late, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return early, late


def _drawing() -> tuple[float, float]:
    """The seconds that it takes to draw 200 exchanges as text and as SVG."""
    journal = Journal()
    _write(journal, range(200))
    exchanges = Exchanges(journal)
    started = time.perf_counter()
    exchanges.timeline()
    between = time.perf_counter()
    exchanges.timeline_svg()
    return between - started, time.perf_counter() - between


if __name__ == "__main__":
    print(main())
