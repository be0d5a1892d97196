"""Runs every block of Python in the lecture, and compares what it prints.

The blocks of a chapter build on each other, and may be run in any order, or each by
another process. So a block is preceded by all those before it that its own process has
not run yet.

A block ```text holds what the block of Python before it prints, to the letter. With
``pytest lectures --accept-outputs`` it is written anew, and so are the pictures.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from sybil import Document, Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser
from sybil.typing import Evaluator

_PICTURES = Path(__file__).parent / "pictures"


class _Chapter(Document):
    """A chapter, and what its blocks have printed, by where they begin."""

    accepts = False

    def __init__(self, text: str, path: str) -> None:
        super().__init__(text, path)
        self.namespace["picture"] = self._compare_picture
        self._begun: set[int] = set()
        self._printed: dict[int, str] = {}
        self._accepted: list[tuple[str, str]] = []

    def evaluate(self, example: Example, evaluator: Evaluator) -> None:
        """Run `example`, after all that stands before it; nothing is run twice."""
        for each in self.examples():
            due = each.start <= example.start and each.start not in self._begun
            if due and each.region.evaluator is not None:
                self._begun.add(each.start)
                self._evaluate_one(each, each.region.evaluator)

    def _evaluate_one(self, example: Example, evaluator: Evaluator) -> None:
        if evaluator == compare_output:
            super().evaluate(example, evaluator)
            return
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            super().evaluate(example, evaluator)
        self._printed[example.start] = printed.getvalue()

    def compare_output(self, example: Example) -> None:
        """Compare a block of text with what was printed before it."""
        before = max(start for start in self._printed if start < example.start)
        printed, shown = self._printed[before].rstrip("\n"), str(example.parsed).rstrip("\n")
        if self.accepts and printed != shown:
            block = self.text[example.region.start : example.region.end]
            self._accepted.append((block, f"```text\n{printed}\n```"))
            self._write()
            return
        assert shown == printed

    def _write(self) -> None:
        text = Path(self.path).read_text(encoding="utf-8")
        for before, after in self._accepted:
            text = text.replace(before.rstrip("\n"), after, 1)
        self._accepted.clear()
        Path(self.path).write_text(text, encoding="utf-8")

    def _compare_picture(self, name: str, svg: str) -> None:
        """Compare a picture of the chapter with one that was drawn just now."""
        path = _PICTURES / name
        if self.accepts:
            path.parent.mkdir(exist_ok=True)
            path.write_text(svg, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == svg


def compare_output(example: Example) -> None:
    """The evaluator of blocks of text."""
    chapter = example.document
    assert isinstance(chapter, _Chapter)
    chapter.compare_output(example)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for whoever changes a chapter."""
    parser.addoption(
        "--accept-outputs", action="store_true", help="write what the lecture's blocks print"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Hand the option to the chapters."""
    _Chapter.accepts = bool(config.getoption("--accept-outputs", False))


pytest_collect_file: Callable[..., object] = Sybil(
    parsers=[
        PythonCodeBlockParser(),
        CodeBlockParser("text", compare_output),
        SkipParser(),
    ],
    patterns=["*.md"],
    document_types={".md": _Chapter},
).pytest()
