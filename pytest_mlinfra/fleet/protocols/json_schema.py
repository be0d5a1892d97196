"""An instance of a JSON schema, made up: for answers that have to be of its form."""

from __future__ import annotations

import random
from typing import Any

import msgspec

from pytest_mlinfra.fleet.refusal import Refusal

# A schema may contain itself; deeper than this, whatever may be left out is.
_DEEPEST = 8
# Nor does anybody need longer lists and texts than this.
_LONGEST = 10_000


def sample(schema: dict[str, Any], seed: str = "") -> Any:
    """Something that `schema` allows.

    Understands types, properties, items, enums, constants, defaults, references within
    the schema, the first of several alternatives, and bounds of numbers and lengths; it
    knows no patterns and no formats.

    Args:
        schema: a JSON schema.
        seed: another one gives other numbers and words.

    Raises:
        Refusal: it is no schema, or none that anything meets.
    """
    sampler = _Sampler(schema, random.Random(f"schema {seed}"))  # noqa: S311
    try:
        return sampler.make(schema, 0)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        # What is no schema may be anything, and go wrong in any of these ways.
        raise Refusal("bad request", "there is a JSON schema that cannot be met") from None


def is_json(text: str) -> bool:
    """Whether `text` is valid JSON."""
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError:
        return False
    return True


def as_json(text: str, schema: dict[str, Any] | None, seed: str) -> str:
    """What a model says that has to say JSON.

    Args:
        text: what it would say; it stays if it is JSON.
        schema: what the JSON has to be otherwise; None for an object with the key ``answer``.
        seed: another one gives other numbers and words.

    Raises:
        Refusal: the schema cannot be met.
    """
    if is_json(text):
        return text
    content = {"answer": text} if schema is None else sample(schema, seed)
    return msgspec.json.encode(content).decode()


class _Sampler:
    def __init__(self, root: dict[str, Any], source: random.Random) -> None:
        self._root = root
        self._random = source

    def make(self, schema: dict[str, Any], depth: int) -> Any:
        """An instance of a part of the schema."""
        for key in ("const", "default"):
            if key in schema:
                return schema[key]
        if "enum" in schema:
            return self._random.choice(schema["enum"])
        if "$ref" in schema:
            return self.make(self._referenced(schema["$ref"]), depth + 1)
        for key in ("anyOf", "oneOf"):
            if schema.get(key):
                return self._alternative(schema[key], depth)
        if schema.get("allOf"):
            merged = {key: value for each in schema["allOf"] for key, value in each.items()}
            return self.make(merged, depth + 1)
        kind = schema.get("type", "object" if "properties" in schema else "string")
        return self._of_type(kind[0] if isinstance(kind, list) else kind, schema, depth)

    def _alternative(self, schemas: list[dict[str, Any]], depth: int) -> Any:
        if depth > _DEEPEST and {"type": "null"} in schemas:
            return None
        return self.make(schemas[0], depth + 1)

    def _referenced(self, reference: str) -> dict[str, Any]:
        found: Any = self._root
        for key in reference.removeprefix("#").strip("/").split("/"):
            found = found.get(key, {}) if key else found
        return dict(found)

    def _of_type(self, kind: str, schema: dict[str, Any], depth: int) -> Any:
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                least = _bounded(schema.get("minItems", 0 if depth > _DEEPEST else 1))
                return [self.make(schema.get("items", {}), depth + 1) for _ in range(least)]
            case "integer":
                low = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
                high = schema.get("maximum", schema.get("exclusiveMaximum", low + 101) - 1)
                return self._random.randint(int(low), max(int(low), int(high)))
            case "number":
                low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
                high = schema.get("maximum", schema.get("exclusiveMaximum", low + 1))
                return round(low + (high - low) * self._random.uniform(0.01, 0.99), 6)
            case "boolean":
                return self._random.random() < 1 / 2
            case "null":
                return None
            case _:
                return self._text(schema)

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        names = schema.get("required", ()) if depth > _DEEPEST else properties
        return {name: self.make(properties.get(name, {}), depth + 1) for name in names}

    def _text(self, schema: dict[str, Any]) -> str:
        text = f"text-{self._random.getrandbits(16):04x}"
        text = text.ljust(_bounded(schema.get("minLength", 0)), "-")
        return text[: schema.get("maxLength", len(text))]


def _bounded(length: int) -> int:
    if length > _LONGEST:
        raise ValueError(length)
    return length
