"""A line for each request."""

from __future__ import annotations

import json
import time

import pytest
from inline_snapshot import snapshot

from exchanges import Told, written
from pytest_mlinfra.fleet.standalone.log import JsonLog, LineLog

_STORY = written(
    Told(0, 0.0123, "GET /health", model="bert"),
    Told(1, 1.5, "POST /v1/models/resnet-with-a-long-name:predict", model="resnet", status=503,
         outcome="faulted", faults=("latency", "status")),
    Told(2, 3, "GET /health", model="bert", outcome="reset", faults=("reset",)),
    Told(4, 5, "GET /health", model="bert", queued=0.25),
    Told(5, 8, "GET /health", model="resnet", outcome="cancelled"),
)  # fmt: skip


@pytest.fixture
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.mark.usefixtures("_utc")
def test_lines_are_aligned_and_say_what_was_special() -> None:
    log = LineLog(["bert", "resnet"], offset=3600)

    assert "\n".join(log.line(each) for each in _STORY) == snapshot("""\
01:00:00.012  bert    GET /health       200   12.3 ms
01:00:01.500  resnet  POST /v1/models/resn…a-long-name:predict  503    500 ms  faulted, latency, status
01:00:03.000  bert    GET /health                                         1 s  reset
01:00:05.000  bert    GET /health                               200       1 s  queued 250 ms, try 2
01:00:08.000  resnet  GET /health                                         3 s  cancelled\
""")


@pytest.mark.usefixtures("_utc")
def test_a_program_gets_objects() -> None:
    told = json.loads(JsonLog(offset=3600).line(_STORY[1]))

    assert (told["event"], told["time"]) == ("request", "1970-01-01T01:00:01.500+00:00")
    assert (told["model"], told["status"], told["faults"]) == (
        "resnet",
        503,
        ["latency", "status"],
    )
