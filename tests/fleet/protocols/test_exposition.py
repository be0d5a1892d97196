"""Prometheus' text format, to the letter."""

from __future__ import annotations

from pytest_mlinfra.fleet.protocols.exposition import Family, exposition, histogram


def test_a_counter_and_a_gauge() -> None:
    requests = Family("requests_total", "counter", "Requests \\ so far,\nall of them.")
    requests.add(3, {"path": 'a"b\\c\nd', "code": "200"})
    load = Family("load", "gauge", "Load.")
    load.add(0.1 + 0.2, {})
    load.add(float("inf"), {"of": "x"})

    assert exposition([requests, load]) == (
        "# HELP requests_total Requests \\\\ so far,\\nall of them.\n"
        "# TYPE requests_total counter\n"
        'requests_total{path="a\\"b\\\\c\\nd",code="200"} 3\n'
        "# HELP load Load.\n"
        "# TYPE load gauge\n"
        "load 0.30000000000000004\n"
        'load{of="x"} +Inf\n'
    )


def test_a_histogram_s_buckets_add_up() -> None:
    family = Family("seconds", "histogram", "Seconds.")
    histogram(family, (0.1, 1), [(0.1, 2), (0.5, 1), (3, 1)], {"model": "m"})

    assert exposition([family]).splitlines()[2:] == [
        'seconds_bucket{model="m",le="0.1"} 2',
        'seconds_bucket{model="m",le="1"} 3',
        'seconds_bucket{model="m",le="+Inf"} 4',
        'seconds_sum{model="m"} 3.7',
        'seconds_count{model="m"} 4',
    ]


def test_a_family_without_a_sample_is_left_out() -> None:
    assert exposition([Family("nothing", "gauge", "Nothing.")]) == ""
