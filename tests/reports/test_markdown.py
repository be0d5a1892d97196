"""Markdown as a person reads it in a terminal."""

from __future__ import annotations

from pytest_mlinfra.reports.markdown import render

TEXT = """\
Where to look

Two questions come up here, and `echo` has one of them. What is an *answer*?

- one
- two
"""


def test_paragraphs_are_wrapped_and_marks_are_gone() -> None:
    assert render(TEXT, width=40) == (
        "Where to look\n\n"
        "Two questions come up here, and echo has\none of them. What is an answer?\n\n"
        " • one\n • two\n"
    )


def test_a_terminal_gets_colours() -> None:
    assert "\x1b[" in render(TEXT, width=40, colour=True)
