"""Words beside the bars, made to fit: aligned in columns, long ones without their middle."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

_BETWEEN = 2


def aligned(rows: Sequence[Sequence[str]], room: int, ellipsis: str) -> list[str]:
    """Each of `rows` as a line, its cells below each other.

    Args:
        rows: cells from left to right, equally many in each.
        room: the most characters that a line may have; the widest columns give way.
        ellipsis: what stands for the middle of a cell that had to give way.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    while sum(widths) + _BETWEEN * (len(widths) - 1) > room and max(widths) > len(ellipsis) + 2:
        widths[widths.index(max(widths))] -= 1
    between = " " * _BETWEEN
    return [
        between.join(
            f"{without_middle(cell, width, ellipsis):{width}}"
            for cell, width in zip(row, widths, strict=True)
        )[:room]
        for row in rows
    ]


def as_sent(path: str) -> str:
    """`path` in ASCII: what would upset columns, or a terminal, is percent-encoded."""
    return quote(path, safe="/%:@!$&'()*+,;=?~") if not _is_plain(path) else path


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def without_middle(text: str, room: int, ellipsis: str) -> str:
    """`text`, or if it is longer than `room`, its beginning and its end."""
    if len(text) <= room:
        return text
    left = max(room - len(ellipsis), 0)
    return (text[: left - left // 2] + ellipsis + text[len(text) - left // 2 :])[:room]
