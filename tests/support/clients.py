"""The real clients of model servers, for tests: skipped where one is not installed."""

from __future__ import annotations

import importlib
import os
from typing import Any

import pytest

REQUIRED = "MLINFRA_REQUIRE_CLIENTS"
# What a chat begins with.
HELLO = [{"role": "user", "content": "Hi"}]


def client_library(name: str, *, is_large: bool = False) -> Any:
    """The module `name` of a client.

    Skips the tests of the calling module if it is not installed, unless the environment
    variable `REQUIRED` says that it has to be.

    Args:
        name: the module's name.
        is_large: whether it is so large that it is never required.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if os.environ.get(REQUIRED) and not is_large:
            raise
        how = f"pip install {name}" if is_large else "make clients"
        reason = f"{name} is not installed ({error}); `{how}` does it"
        pytest.skip(reason, allow_module_level=True)
