"""Where in a TOML file each key stands."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from pytest_mlinfra.fleet.standalone.positions import Path, Position, position_of, positions_in

_FLEET = """\
# a fleet
port = 8000

[admin]
port = 8999  # loopback

[[models]]
name = "resnet"
"quoted key" = 'x'
faults = [
  {kind = "latency", seconds = 0.2},  # slow
  {kind = "status", headers = [["a", "b"]]},
]

[models.serving]
slots = 2
queue.limit = 3

[[models]]
name = \"\"\"
bert = "not a key"
[neither]
\"\"\"
tags = ["a]", 'b}', \"\"\"c\"\"\"]
[[models.faults]]
kind = "hang"
"""


def _all_paths(value: Any, path: Path = ()) -> set[Path]:
    """Every path to something in a decoded document."""
    if isinstance(value, dict):
        items: list[tuple[str | int, Any]] = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    else:
        return {path}
    return {path}.union(*(_all_paths(each, (*path, key)) for key, each in items))


def test_every_key_and_element_has_a_position() -> None:
    assert set(positions_in(_FLEET)) | {()} == _all_paths(tomllib.loads(_FLEET))


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("port",), 2, 1),
        (("admin",), 4, 1),
        (("admin", "port"), 5, 1),
        (("models", 0), 7, 1),
        (("models", 0, "quoted key"), 9, 1),
        (("models", 0, "faults", 0, "seconds"), 11, 22),
        (("models", 0, "faults", 1), 12, 3),
        (("models", 0, "serving"), 15, 1),
        (("models", 0, "serving", "queue", "limit"), 17, 1),
        (("models", 1, "name"), 20, 1),
        (("models", 1, "tags", 2), 24, 21),
        (("models", 1, "faults", 0, "kind"), 26, 1),
    ],
)
def test_lines_and_columns_count_from_one(path: Path, line: int, column: int) -> None:
    assert positions_in(_FLEET)[path] == Position(line, column)


def test_what_is_missing_is_where_it_would_be() -> None:
    positions = positions_in(_FLEET)

    assert position_of(("models", 1, "serving", "slots"), positions) == Position(19, 1)
    assert position_of(("nothing",), positions) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "a = 1979-05-27T07:32:00Z\nb = -inf\nc = 0xff",
        'a = "\\"#]"\nb = {c = [], d = {}}\n',
        "a.b.c = 1\na.b.d = 2",
        "[a.b]\nc = 1\n[a]\nd = [[1, 2], [3, # x\n 4]]\r\n",
        "'a.b' = 1\n[x.'y.z']\n\"w\" = '''a'''''\n",
        "[[a]]\n[[a.b]]\nc = 1\n[[a.b]]\nc = 2\n[[a]]\n[[a.b]]\n",
    ],
)
def test_no_valid_document_is_too_odd(text: str) -> None:
    assert set(positions_in(text)) | {()} == _all_paths(tomllib.loads(text))
