"""The report as JSON, for programs."""

from __future__ import annotations

from typing import Any

import msgspec

from pytest_mlinfra.grading.report import Report
from pytest_mlinfra.grading.result import ItemResult
from pytest_mlinfra.grading.verdict import Verdict

# Raised whenever a key changes its meaning or goes; new keys may come without.
FORMAT_VERSION = 1


def render(report: Report) -> str:
    """The report as one JSON object, indented, with a newline at the end."""
    return written(contents(report))


def contents(report: Report) -> dict[str, Any]:
    """What the report says, by key."""
    return {
        "version": FORMAT_VERSION,
        "handed_in": report.handed_in,
        "points": report.points,
        "max_points": report.max_points,
        "done": report.done,
        "next": report.next.kata if report.next else None,
        "katas": [_kata(verdict) for verdict in report.verdicts],
    }


def written(content: dict[str, Any]) -> str:
    """Any such content as JSON for a person to read, with a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode() + "\n"


def _kata(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.kata,
        "title": verdict.title,
        "track": verdict.track,
        "minutes": verdict.minutes,
        "state": verdict.state,
        "points": verdict.points,
        "max_points": verdict.max_points,
        "files": verdict.files,
        "statement": verdict.statement,
        "partial": verdict.is_partial,
        "first_failure": verdict.first_failure,
        "items": [_item(result) for result in verdict.results],
    }


def _item(result: ItemResult) -> dict[str, Any]:
    return {
        "name": result.item.name,
        "sort": result.item.sort,
        "outcome": result.outcome,
        "points": result.points,
        "max_points": result.item.max_points,
        "seconds": round(result.seconds, 6),
        "message": result.message,
    }
