"""The few elements of SVG that the picture is made of, as text."""

from __future__ import annotations

from html import escape
from typing import NamedTuple


def number(value: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


class Box(NamedTuple):
    """The place of a rectangle."""

    x: float
    y: float
    width: float
    height: float


def rectangle(kind: str, box: Box, radius: float = 2) -> str:
    """A rectangle of the class `kind`."""
    x, y, width, height = map(number, box)
    return (
        f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" '
        f'rx="{number(radius)}"/>'
    )


def line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    """A straight line of the class `kind`."""
    return f'<path class="{kind}" d="M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}"/>'


def path(kind: str, *steps: tuple[str, float, float]) -> str:
    """A path of the class `kind`: each step a command with its point."""
    drawn = "".join(f"{command}{number(x)} {number(y)}" for command, x, y in steps)
    return f'<path class="{kind}" d="{drawn}"/>'


def text(kind: str, x: float, y: float, content: str, size: float | None = None) -> str:
    """A line of text of the class `kind`, whose baseline begins at the point."""
    style = f' style="font-size:{number(size)}px"' if size is not None else ""
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{number(x)}" y="{number(y)}"{style}>{escape(content)}</text>'


def titled(content: str) -> str:
    """What is shown when the pointer rests on the group that it stands in."""
    return f"<title>{escape(content)}</title>"
