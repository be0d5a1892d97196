"""Whom a fault befalls, and what no fault can be."""

from __future__ import annotations

import re

import pytest

from pytest_mlinfra.errors import FaultError, FleetError
from pytest_mlinfra.fleet import (
    Hang,
    Latency,
    Request,
    Status,
    faults,
)
from pytest_mlinfra.fleet.faults import Moment
from pytest_mlinfra.fleet.faults.fault import CountedFault
from pytest_mlinfra.fleet.faults.moment import Record
from pytest_mlinfra.fleet.faults.placed import chance_of


def befallen(fault: CountedFault, count: int = 12, model: str = "model") -> list[int]:
    """The numbers of those that `fault` befalls, of so many that it meets."""
    record = Record(placed=None)
    moments = [Moment(record, chance_of(fault, model)) for _ in range(count)]
    return [moment.number for moment in moments if fault.picks(moment)]


@pytest.mark.parametrize(
    ("fault", "numbers"),
    [
        (Status(first=3), [1, 2, 3]),
        (Status(after=9), [10, 11, 12]),
        (Status(every=4), [4, 8, 12]),
        (Status(numbers=(2, 7, 99)), [2, 7]),
        (Status(after=2, first=3), [3, 4, 5]),
        (Status(after=2, every=4), [6, 10]),
        (Status(first=9, every=4), [4, 8]),
        (Status(numbers=(1, 2, 3), after=1), [2, 3]),
        (Status(probability=0), []),
        (Status(probability=1), list(range(1, 13))),
    ],
    ids=repr,
)
def test_which_numbers_a_fault_befalls(fault: Status, numbers: list[int]) -> None:
    assert befallen(fault) == numbers


def test_chance_is_the_same_each_time_and_another_for_another_seed_or_model() -> None:
    fault = Status(probability=0.5)
    once = befallen(fault, 200)

    assert 70 < len(once) < 130
    assert befallen(fault, 200) == once
    assert befallen(Status(probability=0.5, seed=1), 200) != once
    assert befallen(fault, 200, model="another") != once


@pytest.mark.parametrize(
    ("fault", "matches"),
    [
        (Status(), True),
        (Status(path="/v1/models/resnet/infer"), True),
        (Status(path="/v1/models/{name}/infer"), True),
        (Status(path="/{any:path}/infer"), True),
        (Status(path="/v1/models/{name}"), False),
        (Status(path="/v1"), False),
        (Status(method="POST"), True),
        (Status(method="GET"), False),
        (Status(model="resnet"), True),
        (Status(model="bert"), False),
        (Status(model="resnet", method="POST", path="/{any:path}"), True),
        (Status(model="resnet", method="GET", path="/{any:path}"), False),
    ],
    ids=repr,
)
def test_which_requests_a_fault_is_meant_for(fault: Status, matches: bool) -> None:
    request = Request("POST", "/v1/models/resnet/infer")

    assert fault.matches(request, "resnet") is matches


@pytest.mark.parametrize(
    ("elapsed", "is_due"), [(0, False), (4.999999999, False), (5, True), (9.9, True), (10, False)]
)
def test_a_window_is_open_from_its_beginning_until_its_end(elapsed: float, is_due: bool) -> None:
    assert Status(since=5, until=10).is_due(elapsed) is is_due


def test_a_fault_says_how_to_write_it() -> None:
    written = [
        Latency(0.5),
        Latency(0.5, jitter=0.1, seed=3, first=2),
        Status(301, (("location", "/x"),), path="/health"),
        Hang(),
    ]

    for fault in written:
        assert eval(repr(fault), vars(faults)) == fault
    assert repr(written[1]) == "Latency(seconds=0.5, jitter=0.1, first=2, seed=3)"


def test_a_fault_is_data() -> None:
    assert Status(503, first=2) == Status(first=2)
    assert Status(503) != Status(502)
    with pytest.raises(AttributeError):
        Status(503).code = 200  # type: ignore[misc]


@pytest.mark.parametrize(
    ("nonsense", "complaint"),
    [
        ("Latency(-1)", "Latency: 'seconds' is -1: expected a number of at least 0"),
        ("Latency(float('nan'))", "Latency: 'seconds' is nan"),
        ("Latency(float('inf'))", "Latency: 'seconds' is inf: expected a number of at most"),
        ('Latency("1")', "Latency: 'seconds' is '1': expected a number, got a text"),
        ("Latency(1, jitter=2)", "'jitter' is 2, which is more than the 1 s themselves"),
        ("LognormalLatency(0)", "'median' is 0: expected a number above 0"),
        ("Drip(0)", "'size' is 0: expected a whole number of at least 1"),
        ("Drip(1, 0)", "'interval' is 0: expected a number above 0"),
        ("Bandwidth(0.5)", "'bytes_per_second' is 0.5: expected a whole number"),
        ("Status(42)", "Status: 'code' is 42: expected a whole number of at least 200"),
        ("Status(600)", "Status: 'code' is 600: expected a whole number of at most 599"),
        ('Status(503, {"a": 1})', "Status: 'headers' is {'a': 1}"),
        ("RateLimit(1.5)", "RateLimit: 'retry_after' is 1.5: expected a whole number"),
        ("Overload(0)", "Overload: 'limit' is 0"),
        ("Overload(1, 200)", "Overload: 'code' is 200"),
        ("RedirectLoop(200)", "RedirectLoop: 'code' is 200"),
        ("Flapping(0, 1)", "Flapping: 'up' is 0: expected a number above 0"),
        ('ColdStart(1, begins="noon")', "ColdStart: 'begins' is 'noon'"),
        ("WrongContentLength(0)", "'by' is 0, with which the length would be right"),
        ("Hang(after_bytes=-1)", "Hang: 'after_bytes' is -1"),
        ("Reset(after=0.2)", "Reset: 'after' is 0.2: expected a whole number"),
        ("Status(first=0)", "'first' is 0: expected a whole number of at least 1"),
        ("Status(every=0)", "'every' is 0"),
        ("Status(numbers=(0,))", "'numbers' is (0,)"),
        ("Status(probability=2)", "'probability' is 2: expected a number of at most 1"),
        ("Status(since=-1)", "'since' is -1"),
        ("Status(since=5, until=5)", "'until' is 5, which is not after 5"),
        ("Status(first=2, every=3)", "'every' is 3, which is beyond the first 2"),
    ],
)
def test_what_cannot_be_is_said(nonsense: str, complaint: str) -> None:
    with pytest.raises(FaultError, match=re.escape(complaint)):
        eval(nonsense, vars(faults))


def test_what_cannot_be_is_an_error_of_the_fleet_and_of_a_value() -> None:
    assert issubclass(FaultError, FleetError)
    assert issubclass(FaultError, ValueError)


@pytest.mark.parametrize("name", sorted(set(faults.__all__) - {"Answer"}))
def test_every_public_name_is_described(name: str) -> None:
    assert getattr(faults, name).__doc__
