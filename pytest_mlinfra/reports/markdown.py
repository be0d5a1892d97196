"""Markdown as a person reads it in a terminal."""

from __future__ import annotations

import io

from rich.markdown import Markdown

from pytest_mlinfra.reports.console import console_for


def render(text: str, *, width: int = 80, colour: bool = False) -> str:
    """`text`, wrapped to `width` columns, with a newline at the end.

    Args:
        text: some Markdown.
        width: columns of the terminal.
        colour: whether to write codes for colour.
    """
    stream = io.StringIO()
    console_for(stream, width=width, colour=colour).print(Markdown(text))
    lines = [line.rstrip() for line in stream.getvalue().splitlines()]
    return "\n".join(lines).strip("\n") + "\n"
