"""A tool that would rewrite a file complains at the first line that it would touch."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_mlinfra.gates.rewriter import findings_of_rewriter


@pytest.mark.parametrize(
    ("diff", "line"),
    [
        ("--- a\n+++ b\n@@ -1,3 +1,3 @@\n-x=1\n+x = 1\n y = 2\n", 1),
        ("--- a\n+++ b\n@@ -4,3 +4,3 @@\n a\n b\n-x=1\n+x = 1\n", 6),
        ("--- a\n+++ b\n@@ -0,0 +1 @@\n+import os\n", 1),
        ("--- a\n+++ b\n@@ -7 +7 @@\n context only\n", 7),
        ("would reformat a", 0),
    ],
    ids=["first line", "after context", "an empty file", "nothing touched", "no hunk"],
)
def test_names_the_first_line_that_it_would_touch(diff: str, line: int) -> None:
    (finding,) = findings_of_rewriter("black", "otherwise", [Path("echo.py")], lambda _path: diff)

    assert (finding.line, finding.rule, finding.text) == (line, "black", "otherwise")


def test_has_nothing_to_say_about_a_file_that_may_stay_as_it_is() -> None:
    assert findings_of_rewriter("black", "otherwise", [Path("echo.py")], lambda _path: "\n") == []
