"""Hooks by which another plugin extends this one.

Implement them in a `conftest.py` or in a plugin of your own, under these names. All
of them are optional, and all may be implemented by several plugins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_mlinfra.fleet.protocols import ModelProtocol
    from pytest_mlinfra.gates.tool import Gate
    from pytest_mlinfra.grading.report import Report


@pytest.hookspec
def pytest_mlinfra_protocols() -> Iterable[ModelProtocol]:
    """Further protocols that every fake model server speaks.

    Returns:
        Objects with a ``name`` and a method ``routes(models)``; if their errors have
        a shape of their own, also with ``prefixes`` and a method ``refuse(refusal)``.
        See `pytest_mlinfra.fleet.protocols.route`. They come after the built-in ones,
        which keep the routes that both have.
    """
    raise NotImplementedError


@pytest.hookspec
def pytest_mlinfra_gates() -> Iterable[Gate]:
    """Further quality gates that a `kata.toml` may name under ``[gates] tools``.

    Returns:
        Objects with a ``name`` and a method ``check``; see
        `pytest_mlinfra.gates.tool.Gate`. A gate takes the place of a built-in one of
        the same name.
    """
    raise NotImplementedError


@pytest.hookspec
def pytest_mlinfra_reports() -> dict[str, Callable[[Report], str]]:
    """Further formats for ``--mlinfra-report=FORMAT:FILE``.

    Returns:
        For each name of a format, a function from the report to the file's text.
    """
    raise NotImplementedError
