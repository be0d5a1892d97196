"""The report as JSON, for programs."""

from __future__ import annotations

import json

from inline_snapshot import snapshot

from pytest_mlinfra.grading.report import Report
from pytest_mlinfra.reports.json import render


def test_the_whole_of_it(report: Report) -> None:
    content = json.loads(render(report))
    content["katas"] = [kata for kata in content["katas"] if kata["id"] == "async/020_gather"]

    assert content == snapshot(
        {
            "version": 1,
            "handed_in": False,
            "points": 8.0,
            "max_points": 16.0,
            "done": 1,
            "next": "async/020_gather",
            "katas": [
                {
                    "id": "async/020_gather",
                    "title": "Gather",
                    "track": "async",
                    "minutes": 20,
                    "state": "failing",
                    "points": 2,
                    "max_points": 6,
                    "files": ["exercises/async/020_gather/gather.py"],
                    "statement": "exercises/async/020_gather/README.md",
                    "partial": False,
                    "first_failure": {
                        "id": "one-after-another",
                        "headline": "All requests have to be in flight together, not one after another.",
                        "evidence": """\
saw at most 1 at a time
assert 1 == 12\
""",
                        "path": "exercises/async/020_gather/gather.py",
                        "line": 7,
                    },
                    "items": [
                        {
                            "name": "test_0",
                            "sort": "test",
                            "outcome": "passed",
                            "points": 2,
                            "max_points": 2,
                            "seconds": 0.25,
                            "message": None,
                        },
                        {
                            "name": "test_1",
                            "sort": "test",
                            "outcome": "failed",
                            "points": 0,
                            "max_points": 2,
                            "seconds": 0.25,
                            "message": {
                                "id": "one-after-another",
                                "headline": "All requests have to be in flight together, not one after another.",
                                "evidence": """\
saw at most 1 at a time
assert 1 == 12\
""",
                                "path": "exercises/async/020_gather/gather.py",
                                "line": 7,
                            },
                        },
                        {
                            "name": "test_2",
                            "sort": "test",
                            "outcome": "failed",
                            "points": 0,
                            "max_points": 2,
                            "seconds": 0.25,
                            "message": {
                                "id": "one-after-another",
                                "headline": "All requests have to be in flight together, not one after another.",
                                "evidence": """\
saw at most 1 at a time
assert 1 == 12\
""",
                                "path": "exercises/async/020_gather/gather.py",
                                "line": 7,
                            },
                        },
                    ],
                }
            ],
        }
    )


def test_states_and_katas_of_every_kind(handed_in: Report) -> None:
    content = json.loads(render(handed_in))

    assert content["handed_in"] is True
    assert {kata["id"]: kata["state"] for kata in content["katas"]} == {
        "async/010_coroutine": "done",
        "async/020_gather": "failing",
        "testing/210_tests": "pending",
        "testing/220_fixtures": "blocked by quality",
        "quality/410_black": "grader error",
    }


def test_it_is_one_object_and_ends_in_a_newline(report: Report) -> None:
    text = render(report)

    assert text.startswith("{\n  ")
    assert text.endswith("}\n")
