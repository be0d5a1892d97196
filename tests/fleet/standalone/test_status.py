"""A running fleet on one screen."""

from __future__ import annotations

from inline_snapshot import snapshot

from pytest_mlinfra.fleet.standalone.about import FleetAbout, ModelAbout
from pytest_mlinfra.fleet.standalone.status import render_fault, render_status


def test_shows_models_and_what_is_wrong_with_them() -> None:
    resnet = ModelAbout(
        name="resnet",
        url="http://127.0.0.1:8000/resnet",
        requests=12,
        in_flight=2,
        faults=[
            {"kind": "latency", "seconds": 0.5},
            {"kind": "status", "code": 503, "path": "/predict", "model": "resnet"},
        ],
    )
    bert = ModelAbout(name="bert", url="http://127.0.0.1:81", requests=1, in_flight=0, faults=[])
    about = FleetAbout(
        name="demo", pid=42, config="demo.toml", requests=13, in_flight=2, models=[resnet, bert]
    )

    assert render_status(about) == snapshot("""\
demo: process 42, 13 requests, 2 in flight

resnet  http://127.0.0.1:8000/resnet  12 requests, 2 in flight
        1. latency seconds=0.5
        2. status code=503 path=/predict
bert    http://127.0.0.1:81           1 request\
""")


def test_a_fault_is_written_as_it_is_given() -> None:
    fault = {"kind": "status", "headers": {"a": "b"}, "first": 2, "numbers": [1, 3]}

    assert render_fault(fault) == 'status headers={"a":"b"} first=2 numbers=[1,3]'
