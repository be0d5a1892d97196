"""Exchanges as a picture: bars of characters, or an SVG."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.timeline import svg, text
from pytest_mlinfra.fleet.timeline.characters import ASCII, UNICODE, Characters, characters_for
from pytest_mlinfra.fleet.timeline.view import View

__all__ = ["ASCII", "UNICODE", "Characters", "characters_for", "draw_svg", "draw_text"]


def draw_text(
    exchanges: Sequence[Exchange],
    width: int = 80,
    *,
    epoch: float | None = None,
    ascii_only: bool | None = None,
) -> str:
    """`exchanges` as bars of characters; see `pytest_mlinfra.fleet.timeline.text`.

    Args:
        exchanges: in the order to be drawn.
        width: the most columns to use, at least 60.
        epoch: the moment that the axis calls 0; None for the first start.
        ascii_only: whether to draw with ASCII alone; None for: only if standard output
            cannot do better.
    """
    if ascii_only is None:
        characters = characters_for(getattr(sys.__stdout__, "encoding", None))
    else:
        characters = ASCII if ascii_only else UNICODE
    return text.draw(exchanges, width, View(epoch, _now()), characters)


def draw_svg(exchanges: Sequence[Exchange], title: str, *, epoch: float | None = None) -> str:
    """`exchanges` as an SVG picture; see `pytest_mlinfra.fleet.timeline.svg`.

    Args:
        exchanges: in the order to be drawn.
        title: what the picture shows, for readers who cannot see it, too.
        epoch: the moment that the axis calls 0; None for the first start.
    """
    return svg.draw(exchanges, title, View(epoch, _now(), svg.MOST_ROWS))


def _now() -> float | None:
    """The time of the running loop; None outside of any."""
    try:
        return asyncio.get_running_loop().time()
    except RuntimeError:
        return None
