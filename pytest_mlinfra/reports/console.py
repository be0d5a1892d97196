"""Writing to a terminal of a given width, with or without colour."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console


def console_for(stream: TextIO, *, width: int, colour: bool) -> Console:
    """A console of `rich` that writes to `stream` and guesses nothing.

    Args:
        stream: what takes the text.
        width: columns of the terminal.
        colour: whether to write codes for colour.
    """
    return Console(
        file=stream,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
    )
