"""A journal as data and as text."""

from __future__ import annotations

import json
from dataclasses import fields

from inline_snapshot import snapshot

from exchanges import Told, written
from pytest_mlinfra.fleet import Exchange, Exchanges, Journal


def _journal() -> Journal:
    return written(
        Told(0, 0.25, "GET /health", model="bert"),
        Told(1, 1.5, "POST /predict?n=1", model="resnet", status=503, outcome="faulted",
             faults=("latency", "status"), body=b"[1]"),
        Told(12, None, "GET /v1/models", model="resnet"),
    )  # fmt: skip


def test_json_tells_all_but_bodies() -> None:
    told = json.loads(_journal().as_json())

    assert [each["number"] for each in told] == [1, 2, 3]
    assert told[1] == snapshot(
        {
            "number": 2,
            "model": "resnet",
            "method": "POST",
            "path": "/predict",
            "query": "n=1",
            "route": "/predict",
            "connection": 2,
            "started": 1,
            "queued": 0.0,
            "first_byte": 1.5,
            "ended": 1.5,
            "seconds": 0.5,
            "outcome": "faulted",
            "status": 503,
            "faults": ["latency", "status"],
            "attempt": 1,
            "retry_of": None,
            "bytes_in": 3,
            "bytes_out": 100,
        }
    )


def test_json_leaves_out_only_what_json_cannot_tell() -> None:
    told = json.loads(_journal().as_json())[0]
    known = {field.name for field in fields(Exchange)}

    left_out = {"request", "arrival", "departure", "queued_from", "queued_until"}
    assert known - set(told) == left_out


def test_ndjson_is_one_object_a_line() -> None:
    journal = _journal()

    lines = journal.as_ndjson().splitlines()

    assert [json.loads(line) for line in lines] == json.loads(journal.as_json())


def test_text_is_aligned() -> None:
    assert _journal().as_text() == snapshot("""\
#   start  seconds  model   request            outcome    status  faults
1   0.000    0.250  bert    GET /health        served     200
2   1.000    0.500  resnet  POST /predict?n=1  faulted    503     latency, status
3  12.000           resnet  GET /v1/models     in flight\
""")


def test_nothing_is_empty() -> None:
    assert Exchanges().as_json() == "[]"
    assert Exchanges().as_ndjson() == ""
    assert len(Exchanges().as_text().splitlines()) == 1
