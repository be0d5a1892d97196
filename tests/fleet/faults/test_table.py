"""Faults from tables and back."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pytest_mlinfra import fleet
from pytest_mlinfra.errors import FaultError
from pytest_mlinfra.fleet import (
    Fault,
    Latency,
    Status,
    fault_from_dict,
    fault_kinds,
    fault_to_dict,
)
from pytest_mlinfra.fleet.faults import AnswerFault

# What those need that cannot do without an argument.
NEEDED: dict[str, dict[str, Any]] = {
    "bandwidth": {"bytes_per_second": 100},
    "cold-start": {"seconds": 1.5},
    "flapping": {"up": 1, "down": 2},
    "latency": {"seconds": 0.5},
    "lognormal-latency": {"median": 0.5},
    "overload": {"limit": 2},
    "slow-accept": {"seconds": 1},
    "time-between-tokens": {"seconds": 1},
    "time-to-first-byte": {"seconds": 1},
    "time-to-first-token": {"seconds": 1},
}
BUILT_IN = sorted(
    kind for kind, fault in fault_kinds().items() if fault.__module__.startswith(fleet.__name__)
)


@pytest.mark.parametrize("kind", BUILT_IN)
def test_every_fault_can_be_written_as_a_table(kind: str) -> None:
    table = {"kind": kind, **NEEDED.get(kind, {}), "since": 1.0, "until": 2.0}
    fault = fault_from_dict(table)

    assert (fault.kind, fault_to_dict(fault)) == (kind, table)
    assert fault_from_dict(fault_to_dict(fault)) == fault


@pytest.mark.parametrize("kind", BUILT_IN)
def test_every_fault_can_be_had_from_the_fleet(kind: str) -> None:
    name = fault_kinds()[kind].__name__

    assert getattr(fleet, name) is fault_kinds()[kind]


@pytest.mark.parametrize("kind", BUILT_IN)
def test_every_fault_has_its_place_in_the_documentation(kind: str, repository: Path) -> None:
    page = (repository / "docs" / "faults.md").read_text()
    name = fault_kinds()[kind].__name__

    assert f"| [`{name}`](#{name.lower()}) | `{kind}` |" in page
    section = re.search(rf"^### {name}\n(.*?)(?=^##)", page, re.MULTILINE | re.DOTALL)
    assert section is not None
    assert f"{name}(" in section[1]
    assert "async def test_" in section[1]


def test_a_table_of_a_file() -> None:
    table = tomllib.loads("""
        kind = "status"
        code = 503
        headers = { retry-after = "1" }
        path = "/v2/models/{model}/infer"
        numbers = [1, 3]
        until = 20
    """)

    assert fault_from_dict(table) == Status(
        503, {"retry-after": "1"}, path="/v2/models/{model}/infer", numbers=(1, 3), until=20
    )


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({}, "the key 'kind' is missing; there is bad-chunk, bandwidth"),
        ({"kind": "latncy"}, "'kind': no fault is called 'latncy'; did you mean 'latency'?"),
        ({"kind": 3}, "'kind': no fault is called 3; there is bad-chunk"),
        ({"kind": ["hang"]}, "'kind': no fault is called ['hang']"),
        ({"kind": "latency"}, "latency: the key 'seconds' is missing"),
        (
            {"kind": "latency", "second": 1},
            "latency: unknown key 'second'; did you mean 'seconds'?",
        ),
        ({"kind": "refused", "path": "/x"}, "refused: unknown key 'path'; there is since, until"),
        (
            {"kind": "status", "code": "503"},
            "status: 'code': expected a whole number, got a text",
        ),
        (
            {"kind": "status", "headers": {"a": 1}},
            "status: 'headers[...]': expected a text, got a whole number",
        ),
        ({"kind": "latency", "seconds": -1}, "latency: 'seconds': expected a number of at least 0"),
        (
            {"kind": "latency", "seconds": 1, "since": 3, "until": 2},
            "Latency: 'until' is 2, which is not after 3",
        ),
    ],
)
def test_what_a_table_cannot_say(table: dict[str, Any], complaint: str) -> None:
    with pytest.raises(FaultError, match=re.escape(complaint)):
        fault_from_dict(table)


def test_a_fault_of_somebody_else_s_is_found() -> None:
    class SlowCoffee(AnswerFault, frozen=True):
        cups: int = 1

    fault = fault_from_dict({"kind": "slow-coffee", "cups": 2})

    assert fault == SlowCoffee(2)


def test_what_is_derived_from_a_fault_does_not_hide_it() -> None:
    class VeryLatency(Latency, frozen=True):
        pass

    assert type(fault_from_dict({"kind": "latency", "seconds": 1})) is Latency
    assert type(fault_from_dict({"kind": "very-latency", "seconds": 1})) is VeryLatency


@pytest.mark.parametrize("base", ["fault", "answer-fault", "counted-fault", "-jittered"])
def test_bases_are_no_kinds(base: str) -> None:
    assert base not in fault_kinds()
    assert all(issubclass(kind, Fault) for kind in fault_kinds().values())
