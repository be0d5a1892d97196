"""Sentences about connections."""

from __future__ import annotations

from inline_snapshot import snapshot

from complaints import complaint_of
from exchanges import Told, written
from pytest_mlinfra.fleet import Journal


def _reusing() -> Journal:
    return written(
        Told(0, 1, connection="a"), Told(1, 2, connection="a"), Told(2, 3, connection="b")
    )


def test_connections() -> None:
    _reusing().expect().connections(2)

    assert complaint_of(lambda: _reusing().expect().connections(3)) == snapshot("""\
expected all 3 requests on 3 connections, saw 2

model GET /health 0       0.5      1.0     1.5     2.0      2.5 s
                  ┬───────┬────────┬───────┬───────┬────────┬───────
1  #1             █████████████████                                  200
2  #1                              ████████████████                  200
3  #2                                              █████████████████ 200
#1 number of the connection\
""")


def test_on_one_connection() -> None:
    _reusing().on_connection(1).expect(2).on_one_connection()

    assert complaint_of(lambda: _reusing().expect(3).on_one_connection()) == snapshot("""\
expected all 3 requests on 1 connection, saw 2

model GET /health 0       0.5      1.0     1.5     2.0      2.5 s
                  ┬───────┬────────┬───────┬───────┬────────┬───────
1  #1             █████████████████                                  200
2  #1                              ████████████████                  200
3  #2                                              █████████████████ 200
#1 number of the connection\
""")


def test_connections_closed() -> None:
    journal = _reusing()
    first, second = journal.connection_records

    journal.closed(first, 4)
    journal.on_connection(1).expect().connections_closed()
    assert complaint_of(lambda: journal.expect().connections_closed()) == snapshot("""\
expected every connection closed, 1 of 2 still open: #2

model GET /health 0       0.5      1.0     1.5     2.0      2.5 s
                  ┬───────┬────────┬───────┬───────┬────────┬───────
1  #1             █████████████████                                  200
2  #1                              ████████████████                  200
3  #2                                              █████████████████ 200
#1 number of the connection\
""")
    journal.closed(second, 4)
    journal.expect().connections_closed()


def test_a_connection_without_a_request_has_to_be_closed_too() -> None:
    journal = Journal()
    journal.opened("server", 0)

    assert complaint_of(lambda: journal.expect().connections_closed()) == snapshot("""\
expected every connection closed, 1 of 1 still open: #1

no request arrived\
""")


def test_only_some_of_many_are_listed() -> None:
    journal = Journal()
    for _ in range(50):
        journal.opened("server", 0)

    text = complaint_of(lambda: journal.expect().connections_closed())

    assert "50 of 50 still open: #1, #2, #3, #4,\n#5 and more\n" in text
