"""What a session was asked to grade of each kata, known before anything runs.

A session may stop early, with ``-x`` or by Ctrl-C: then this tells what a kata would
have been worth. The workers of pytest-xdist send it to their controller, which collects
nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from pytest_mlinfra.grading.result import Item
from pytest_mlinfra.plugin.kata.folder import KataFolder, kata_folder_of
from pytest_mlinfra.plugin.kata.outcomes import planned_item

_KEY = "mlinfra_asked"


class Asked(msgspec.Struct, frozen=True):
    """What was asked for of one kata.

    Attributes:
        folder: its folder.
        items: what is graded, in order.
        is_partial: whether the kata has more items, which were left out on purpose.
    """

    folder: str
    items: tuple[Item, ...]
    is_partial: bool


class Asking:
    """Notes what a session is asked for.

    Attributes:
        asked: the katas, by their folders; empty until everything is collected.
    """

    def __init__(self) -> None:
        self.asked: dict[Path, Asked] = {}
        self._narrowed: set[KataFolder] = set()

    def pytest_deselected(self, items: Iterable[pytest.Item]) -> None:
        """Note which katas are graded only in part."""
        for item in items:
            folder = kata_folder_of(item)
            if folder is not None:
                self._narrowed.add(folder)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note everything that is going to be graded."""
        items: dict[KataFolder, list[Item]] = {}
        for item in session.items:
            folder, planned = kata_folder_of(item), planned_item(item)
            if folder is not None and planned is not None:
                items.setdefault(folder, []).append(planned)
        for folder, planned_items in items.items():
            is_partial = folder in self._narrowed or not _is_asked_for(folder)
            self.asked[folder.path] = Asked(str(folder.path), tuple(planned_items), is_partial)
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[_KEY] = msgspec.to_builtins(list(self.asked.values()))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """Take over what a worker of pytest-xdist was asked for; each was asked for the same."""
        output = getattr(node, "workeroutput", {})
        for asked in msgspec.convert(output.get(_KEY, []), list[Asked]):
            self.asked.setdefault(Path(asked.folder), asked)


def _is_asked_for(folder: KataFolder) -> bool:
    """Whether the command line asks for the whole of `folder`."""
    config = folder.config
    if getattr(config.option, "lf", False):
        return False
    here = config.invocation_params.dir
    given = [(here / argument.partition("::")[0]).resolve() for argument in config.args]
    return any(folder.path.resolve().is_relative_to(path) for path in given)
