"""Everything of the standard library that follows virtual loops, put in place together.

The replacements look for a virtual loop in the calling thread and otherwise do what the
originals do.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from pytest_mlinfra.clock import (
    ownership,
    patched_sockets,
    patched_threading,
    patched_time,
    patched_tls,
    real,
)

# Modules that keep the originals: they live in real time, or measure what a person waits.
_KEEP_THEIRS = ("_pytest.", "pytest_mlinfra.clock.real", "xdist.", "execnet.")

_functions = patched_time.Functions()
_replaced: list[tuple[ModuleType, str, Any]] = []


def install() -> None:
    """Put the replacements in place; doing so again changes nothing."""
    if _replaced:
        return
    # By identity: whoever said ``from time import sleep`` is served as well.
    replacements = {id(getattr(real, name)): name for name in real.__all__}
    for module in _modules():
        for name, value in tuple(vars(module).items()):
            if id(value) in replacements:
                _replaced.append((module, name, value))
                setattr(module, name, getattr(_functions, replacements[id(value)]))
    patched_threading.install()
    patched_sockets.install()
    patched_tls.install()
    ownership.install()


def uninstall() -> None:
    """Put the originals back."""
    if not _replaced:
        return
    for module, name, original in _replaced:
        setattr(module, name, original)
    _replaced.clear()
    patched_threading.uninstall()
    patched_sockets.uninstall()
    patched_tls.uninstall()
    ownership.uninstall()


def _modules() -> Iterator[ModuleType]:
    yield time
    # None stands for a module that is known not to be there.
    known: dict[str, ModuleType | None] = dict(sys.modules)
    for name, module in known.items():
        is_kept = name.startswith(_KEEP_THEIRS) or patched_time.lives_in_real_time(name)
        if module is not None and module is not time and not is_kept:
            yield module
