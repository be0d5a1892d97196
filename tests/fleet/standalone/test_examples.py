"""The fleets that the documentation and the lecture show can be served."""

from __future__ import annotations

import re
from pathlib import Path

from pytest_mlinfra.fleet.standalone.config import FleetTable
from pytest_mlinfra.fleet.standalone.reading import read_fleet

_BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_one_of_the_documentation_is_complete(repository: Path, tmp_path: Path) -> None:
    (text,) = _BLOCK.findall((repository / "docs/serve.md").read_text())
    file = tmp_path / "fleet.toml"
    file.write_text(text)

    config = read_fleet(file)

    assert [hosted.model.name for hosted in config.models] == ["resnet", "llama"]
    assert {
        name for name in FleetTable.__struct_fields__ if not re.search(rf"\b{name}\b", text)
    } == set()


def test_the_one_of_the_lecture_is_valid(repository: Path) -> None:
    config = read_fleet(repository / "lectures/fleet.toml")

    assert [hosted.model.name for hosted in config.models] == ["resnet", "bert", "llama", "flaky"]
