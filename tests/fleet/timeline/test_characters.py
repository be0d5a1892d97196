"""Which characters an output can carry."""

from __future__ import annotations

import pytest

from exchanges import staircase
from pytest_mlinfra.fleet.timeline import ASCII, UNICODE, characters_for, draw_text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_unicode_where_it_can_be_written(encoding: str) -> None:
    assert characters_for(encoding) is UNICODE


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437", "nonsense", None])
def test_ascii_elsewhere(encoding: str | None) -> None:
    assert characters_for(encoding) is ASCII


def test_ascii_is_ascii() -> None:
    assert draw_text(staircase(), ascii_only=True).isascii()
    assert not draw_text(staircase(), ascii_only=False).isascii()
