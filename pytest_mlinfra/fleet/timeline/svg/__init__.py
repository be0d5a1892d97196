"""Exchanges as an SVG picture: no scripts, no fonts of its own, for light and dark pages."""

from pytest_mlinfra.fleet.timeline.svg.picture import MOST_ROWS, draw

__all__ = ["MOST_ROWS", "draw"]
