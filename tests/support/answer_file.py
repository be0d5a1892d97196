"""The learner's file, as tests of gates write it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

# Writes the text of the learner's file, and gives its path.
Write = Callable[[str], Path]
