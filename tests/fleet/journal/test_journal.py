"""Writing down what happens, within bounds."""

from __future__ import annotations

import pytest

from exchanges import Told, written
from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet import Exchange, Journal, Request


def _serve(journal: Journal, count: int, body: bytes = b"") -> None:
    for number in range(count):
        connection = journal.opened("server", number)
        request = Request("POST", "/predict", body=body)
        exchange = journal.begin("resnet", request, connection.number, number)
        journal.end(exchange, "served", number + 0.5)
        journal.closed(connection, number + 0.5)


class TestBounds:
    def test_forgets_the_oldest(self) -> None:
        journal = Journal(limit=100)

        _serve(journal, 1000)

        assert 100 <= len(journal) <= 110
        assert journal.last.number == journal.total == 1000
        assert journal.forgotten == 1000 - len(journal)

    def test_keeps_what_is_in_flight(self) -> None:
        journal = Journal(limit=10)
        hanging = journal.begin("resnet", Request("GET", "/health"), 1, 0.0)

        _serve(journal, 100)

        assert journal.first is hanging
        assert len(journal) <= 11

    def test_forgets_connections_that_have_ended(self) -> None:
        journal = Journal(limit=10)
        still_open = journal.opened("server", 0)

        _serve(journal, 1000)

        assert journal.connection_records[0] is still_open
        assert len(journal.connection_records) <= 21

    def test_forgets_the_oldest_bodies_but_not_their_requests(self) -> None:
        journal = Journal(body_bytes=1000)

        _serve(journal, 30, body=b"x" * 100)

        assert len(journal) == 30
        assert sum(len(each.request.body) for each in journal) <= 1000
        assert journal.last.body == b"x" * 100
        assert journal.first.bytes_in == 100
        with pytest.raises(FleetError, match="was not kept"):
            _ = journal.first.body

    def test_may_be_lifted(self) -> None:
        journal = Journal(limit=None, body_bytes=None)

        _serve(journal, 30_000, body=b"x")

        assert len(journal) == 30_000
        assert journal.forgotten == 0

    @pytest.mark.parametrize("bound", ["limit", "body_bytes"])
    def test_are_not_negative(self, bound: str) -> None:
        with pytest.raises(FleetError, match=f"{bound} of a journal is at least 0, not -1"):
            Journal(**{bound: -1})

    def test_a_selection_knows_what_was_forgotten(self) -> None:
        journal = Journal(limit=10)
        _serve(journal, 100)

        with pytest.raises(AssertionError, match="had forgotten the oldest 90 by then"):
            journal.of("resnet").expect(100)


class TestRetries:
    def test_repeat_what_failed(self) -> None:
        journal = written(
            Told(0, 1, outcome="reset"), Told(2, 3, status=503), Told(4, 5), Told(6, 7)
        )

        assert [each.attempt for each in journal] == [1, 2, 3, 1]

    def test_are_the_same_request_to_the_same_model(self) -> None:
        failed = Told(0, 1, "POST /predict", model="a", body=b"1", outcome="reset")
        journal = written(
            failed,
            Told(2, 3, "POST /predict", model="b", body=b"1"),
            Told(2, 3, "POST /predict", model="a", body=b"2"),
            Told(2, 3, "POST /predict?x=1", model="a", body=b"1"),
            Told(2, 3, "PUT /predict", model="a", body=b"1"),
        )

        assert [each.attempt for each in journal] == [1] * 5

    def test_of_several_clients_that_ask_alike_are_told_apart(self) -> None:
        journal = written(
            *(Told(0, 1, outcome="cancelled") for _ in range(3)),
            *(Told(2, 3) for _ in range(4)),
        )

        assert [each.attempt for each in journal] == [1, 1, 1, 2, 2, 2, 1]

    def test_do_not_fill_the_memory(self) -> None:
        journal = Journal(limit=10)
        for number in range(15_000):
            request = Request("GET", f"/models/{number}")
            journal.end(journal.begin("resnet", request, 1, number), "reset", number)

        request = Request("GET", "/models/14999")

        assert journal.begin("resnet", request, 1, 15_000).attempt == 2
        assert journal.begin("resnet", Request("GET", "/models/0"), 1, 15_000).attempt == 1


def test_tells_whoever_watches_of_beginnings_and_ends() -> None:
    journal, told = Journal(), list[tuple[int, str]]()

    def listen(exchange: Exchange) -> None:
        told.append((exchange.number, exchange.outcome))

    stop = journal.watch(listen)
    written(Told(0, 2), Told(1, 3, outcome="reset"), journal=journal)
    stop()
    written(Told(4, 5), journal=journal)

    assert told == [(1, "in flight"), (2, "in flight"), (1, "served"), (2, "reset")]


def test_counts_the_requests_of_a_connection() -> None:
    journal = written(Told(0, 1, connection="a"), Told(2, 3, connection="a"), Told(2, 3))

    assert [record.requests for record in journal.connection_records] == [2, 1]
