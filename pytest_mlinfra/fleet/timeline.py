"""Exchanges drawn as bars over time, for a terminal and for a failing test."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_mlinfra.fleet.exchange import Exchange

MOST_ROWS = 16
_LABEL_COLUMNS = 30
_RESULT_COLUMNS = 10
_BARS = {"served": "█", "reset": "▚", "cancelled": "▒", "in flight": "░"}


def draw_timeline(exchanges: Sequence[Exchange], width: int = 80) -> str:
    """One row per exchange: who was asked for what, when, for how long, and the outcome.

    Args:
        exchanges: in the order to be drawn; beyond `MOST_ROWS` they are only counted.
        width: columns to use, at least 60.

    Returns:
        Lines without a newline at the end: an axis in seconds, then the rows.
    """
    if not exchanges:
        return "no request arrived"
    rows = exchanges[:MOST_ROWS]
    labels = [f"{row.model} {row.method} {row.path}" for row in rows]
    label_columns = min(_LABEL_COLUMNS, max(len(label) for label in labels))
    columns = max(width, 60) - label_columns - _RESULT_COLUMNS - 2
    start = min(row.started for row in rows)
    end = max(max(row.ended or row.started, row.started) for row in rows)
    scale = _Scale(start, end, columns)
    lines = [f"{'':{label_columns}} {_axis(scale)}"]
    for label, row in zip(labels, rows, strict=True):
        result = str(row.status) if row.outcome == "served" else row.outcome
        bar = scale.bar(row.started, end if row.ended is None else row.ended, _BARS[row.outcome])
        lines.append(f"{_shorten(label, label_columns):{label_columns}} {bar} {result}")
    if len(exchanges) > len(rows):
        lines.append(f"… and {len(exchanges) - len(rows)} more")
    return "\n".join(lines)


class _Scale:
    """Maps seconds to columns."""

    def __init__(self, start: float, end: float, columns: int) -> None:
        self.start = start
        self.end = end
        self.columns = columns

    def column(self, when: float) -> int:
        span = self.end - self.start
        return round((when - self.start) / span * self.columns) if span else 0

    def bar(self, start: float, end: float, mark: str) -> str:
        first, last = self.column(start), self.column(end)
        if last > first:
            return f"{' ' * first}{mark * (last - first)}".ljust(self.columns)
        # An instant still gets its column, also at the far end.
        return f"{' ' * min(first, self.columns - 1)}▏".ljust(self.columns)


def _axis(scale: _Scale) -> str:
    left, right = f"{scale.start:g} s", f"{scale.end:g} s"
    return f"{left}{right:>{scale.columns - len(left)}}"


def _shorten(label: str, columns: int) -> str:
    return label if len(label) <= columns else f"{label[: columns - 1]}…"
