"""Runs every block of Python in the lecture.

The blocks of a chapter build on each other, and may be run in any order, or each by
another process. So a block is preceded by all those before it that its own process has
not run yet.
"""

from __future__ import annotations

from sybil import Document, Example, Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser
from sybil.typing import Evaluator


class _Chapter(Document):
    def __init__(self, text: str, path: str) -> None:
        super().__init__(text, path)
        self._begun: set[int] = set()

    def evaluate(self, example: Example, evaluator: Evaluator) -> None:
        """Run `example`, after all that stands before it; nothing is run twice."""
        for each in self.examples():
            due = each.start <= example.start and each.start not in self._begun
            if due and each.region.evaluator is not None:
                self._begun.add(each.start)
                super().evaluate(each, each.region.evaluator)


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["*.md"],
    document_types={".md": _Chapter},
).pytest()
