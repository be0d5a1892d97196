"""The fixtures that only the tests of katas have."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_mlinfra.errors import UsageError
from pytest_mlinfra.plugin.kata.folder import kata_folder_of


@pytest.fixture
def answer_folder(request: pytest.FixtureRequest) -> Path:
    """The folder of the learner's files for the kata that the test belongs to.

    Raises:
        UsageError: the test belongs to no kata.
    """
    folder = kata_folder_of(request.node)
    if folder is None or folder.kata is None:
        raise UsageError("the fixture answer_folder serves only the tests of a kata")
    return folder.submission.root / folder.kata.id
