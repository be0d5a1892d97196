"""What is made up for a schema has to be what the schema says."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_mlinfra.fleet import Refusal
from pytest_mlinfra.fleet.protocols.json_schema import sample

TREE = {
    "$ref": "#/$defs/node",
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
                "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
            },
            "required": ["name", "next"],
        }
    },
}


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_numbers_keep_to_their_bounds(seed: str) -> None:
    properties = {
        "closed": {"type": "integer", "minimum": 3, "maximum": 5},
        "open": {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5},
        "share": {"type": "number", "minimum": 0, "maximum": 0.1},
        "above": {"type": "number", "exclusiveMinimum": 10},
        "any": {"type": "integer"},
    }

    made = sample({"type": "object", "properties": properties}, seed)

    assert 3 <= made["closed"] <= 5
    assert made["open"] == 4
    assert 0 <= made["share"] <= 0.1
    assert made["above"] > 10
    assert isinstance(made["any"], int)


@pytest.mark.parametrize(
    ("schema", "allowed"),
    [
        ({"const": 7}, [7]),
        ({"enum": ["a", "b"]}, ["a", "b"]),
        ({"type": "string", "default": "x"}, ["x"]),
        ({"type": "null"}, [None]),
        ({"type": "boolean"}, [True, False]),
        ({"type": ["integer", "null"], "minimum": 1, "maximum": 1}, [1]),
        ({"oneOf": [{"const": 1}, {"const": 2}]}, [1]),
        ({"allOf": [{"type": "integer"}, {"minimum": 2, "maximum": 2}]}, [2]),
        ({"type": "array", "items": {"const": 1}, "minItems": 2}, [[1, 1]]),
        ({"properties": {"a": {"const": 1}}}, [{"a": 1}]),
        ({"type": "object"}, [{}]),
    ],
)
def test_each_sort_of_schema(schema: dict[str, Any], allowed: list[Any]) -> None:
    assert sample(schema) in allowed


def test_lengths_of_texts() -> None:
    assert len(sample({"type": "string", "minLength": 30})) == 30
    assert len(sample({"type": "string", "maxLength": 3})) == 3


def test_a_schema_within_itself_comes_to_an_end() -> None:
    made = sample(TREE)

    depth = 0
    while made is not None:
        assert isinstance(made["name"], str)
        made, depth = made["next"], depth + 1
    assert depth > 1


def test_the_same_seed_makes_the_same() -> None:
    schema = {"type": "array", "items": {"type": "integer"}, "minItems": 5}

    assert sample(schema, "a") == sample(schema, "a") != sample(schema, "b")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "minItems": 10**9},
        {"type": "string", "minLength": 10**9},
        {"enum": []},
        {"$ref": 5},
        {"$ref": "#"},
        {"type": "integer", "minimum": "low"},
        {"properties": ["a"]},
    ],
)
def test_a_schema_that_cannot_be_met_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match="cannot be met"):
        sample(schema)
