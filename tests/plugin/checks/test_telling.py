from __future__ import annotations

import re
from pathlib import Path

from pytest_mlinfra.plugin.checks.telling import message_ids


def test_the_reference_explains_every_message_and_no_other(repository: Path) -> None:
    page = (repository / "docs/plugin.md").read_text()
    section = page.partition("\n## Checks\n")[2].partition("\n### ")[0]

    assert sorted(re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)) == list(message_ids())
