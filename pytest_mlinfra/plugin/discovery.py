"""Meeting a kata: a folder with a `kata.toml`. Only then is the grading loaded."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

_MANIFEST = "kata.toml"
# Options that only a grading session has.
_GRADING_OPTIONS = (
    "--mlinfra-submission",
    "--mlinfra-report",
    "--mlinfra-task",
    "--mlinfra-serve",
    "--mlinfra-split",
)
_is_kata = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Load the grading at once where it is asked for.

    The controller of pytest-xdist collects nothing, and yet has to report.
    """
    is_controller = getattr(config.option, "dist", "no") != "no"
    if is_controller or any(config.getoption(name) for name in _GRADING_OPTIONS):
        _load_grading(config)


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Make a kata of a folder that has a manifest."""
    if not (path / _MANIFEST).exists():
        return None
    _load_grading(parent.config)
    from pytest_mlinfra.plugin.kata.folder import KataFolder  # noqa: PLC0415 - see above

    folder: KataFolder = KataFolder.from_parent(parent, path=path)
    folder.stash[_is_kata] = True
    return folder


def is_in_kata(item: pytest.Item) -> bool:
    """Whether `item` belongs to a kata."""
    return any(_is_kata in node.stash for node in item.listchain())


def _load_grading(config: pytest.Config) -> None:
    from pytest_mlinfra.plugin.kata import MODULES  # noqa: PLC0415 - see above

    for name in MODULES:
        if not config.pluginmanager.has_plugin(name):
            config.pluginmanager.register(importlib.import_module(name), name)
