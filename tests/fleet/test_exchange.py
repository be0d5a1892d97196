"""One request, as the server saw it."""

from __future__ import annotations

import asyncio

import pytest

from exchanges import Told, written
from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet import Exchange, Journal, Request, current_exchange
from pytest_mlinfra.fleet.exchange import Outcome, answering


def _exchange(body: bytes = b"") -> Exchange:
    return Journal().begin(
        "resnet", Request("POST", "/predict", "a=1", body=body, target="/predict?a=1"), 1, 2.0
    )


def test_times_are_exact() -> None:
    exchange = written(Told(0.1, 0.4, first_byte=0.3, queued=0.1)).only

    assert exchange.seconds == 0.3
    assert exchange.seconds_to_first_byte == 0.2
    assert exchange.seconds_queued == 0.1


def test_what_has_not_happened_yet_has_no_time() -> None:
    exchange = _exchange()

    assert exchange.seconds is None
    assert exchange.seconds_to_first_byte is None
    assert exchange.seconds_queued == 0


def test_the_first_of_several_writes_is_the_first_byte() -> None:
    exchange = _exchange()

    exchange.sent(100, 2.5)
    exchange.sent(20, 3.0)

    assert exchange.first_byte == 2.5
    assert exchange.bytes_out == 120


def test_names_its_request() -> None:
    exchange = _exchange()

    assert (exchange.method, exchange.path, exchange.target) == ("POST", "/predict", "/predict?a=1")


def test_reads_the_body_as_json() -> None:
    assert _exchange(b'{"x": [1]}').json() == {"x": [1]}


def test_says_which_body_is_not_json() -> None:
    with pytest.raises(FleetError, match=r"body of request 1 \(POST /predict\) is not valid JSON"):
        _exchange(b"[1,").json()


def test_says_that_a_body_was_not_kept() -> None:
    journal = written(Told(0, 1, body=b"x" * 100), journal=Journal(body_bytes=50))

    with pytest.raises(FleetError, match=r"\(100 bytes\) was not kept: Journal\(body_bytes=None\)"):
        _ = journal.only.body


@pytest.mark.parametrize(
    ("outcome", "status", "failed"),
    [
        ("served", 200, False),
        ("served", 404, False),
        ("served", 429, True),
        ("served", 503, True),
        ("faulted", 200, True),
        ("reset", None, True),
        ("cancelled", None, True),
    ],
)
def test_knows_what_a_client_may_want_to_repeat(
    outcome: Outcome, status: int | None, failed: bool
) -> None:
    assert written(Told(0, 1, outcome=outcome, status=status)).only.failed is failed


async def test_the_task_that_answers_knows_its_exchange() -> None:
    first, second = _exchange(), _exchange()

    async def answer(exchange: Exchange) -> Exchange | None:
        with answering(exchange):
            await asyncio.sleep(0)
            return current_exchange()

    seen = await asyncio.gather(answer(first), answer(second))

    assert list(seen) == [first, second]
    assert current_exchange() is None
