"""Paths that are encoded, and patterns of paths."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_mlinfra.fleet.paths import decode_path, match_path


@pytest.mark.parametrize(
    ("pattern", "path", "parameters"),
    [
        ("/health", "/health", {}),
        ("/health", "/health/", None),
        ("/models/{name}", "/models/resnet", {"name": "resnet"}),
        ("/models/{name}", "/models/", None),
        ("/models/{name}", "/models/a/b", None),
        ("/models/{name:path}", "/models/a/b", {"name": "a/b"}),
        ("/models/{name}/infer", "/models/resnet/infer", {"name": "resnet"}),
        ("/models/{name}:predict", "/models/resnet:predict", {"name": "resnet"}),
        ("/{a}/{b}", "/1/2", {"a": "1", "b": "2"}),
        ("/a.b/{c}", "/axb/1", None),
        ("/models/{name}", "/models/a%2Fb", {"name": "a/b"}),
    ],
)
def test_what_a_pattern_fits(pattern: str, path: str, parameters: dict[str, str] | None) -> None:
    assert match_path(pattern, path) == parameters


@given(st.text())
def test_a_parameter_is_what_the_client_encoded(name: str) -> None:
    path = decode_path(f"/models/{quote(name, safe='')}")

    assert match_path("/models/{name}", path) == ({"name": name} if name else None)


@pytest.mark.parametrize(
    ("encoded", "decoded"),
    [("/a", "/a"), ("/%61", "/a"), ("/%2f%25", "/%2f%25"), ("/%zz", "/%zz"), ("/%ff", "/\ufffd")],
)
def test_what_is_decoded(encoded: str, decoded: str) -> None:
    assert decode_path(encoded) == decoded
