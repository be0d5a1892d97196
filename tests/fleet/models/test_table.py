"""Models from a configuration file."""

from __future__ import annotations

import tomllib
from dataclasses import fields

import pytest

from pytest_mlinfra.errors import ModelError
from pytest_mlinfra.fleet import (
    Canned,
    Echo,
    InTurn,
    Model,
    Rollout,
    Serving,
    TensorSpec,
    model_from_dict,
)
from pytest_mlinfra.fleet.models.table import _ModelTable

WHOLE = """
name = "llama"
version = "3"
answers = { kind = "in-turn", contents = ["a", "b"], then = "start again" }
context_length = 128
api_key = "secret"
metadata = { accuracy = 0.9 }
outputs = [{ name = "scores", datatype = "FP16", shape = [-1, 10], low = -1 }]

[serving]
slots = 2
queue = 8
time_to_first_token = 0.2
load_on = "first request"

[rollout]
outcome = "failed"
"""


def test_everything_can_be_said_in_a_table() -> None:
    assert model_from_dict(tomllib.loads(WHOLE)) == Model(
        "llama",
        InTurn(("a", "b"), "start again"),
        Serving(slots=2, queue=8, time_to_first_token=0.2, load_on="first request"),
        version="3",
        context_length=128,
        api_key="secret",
        metadata={"accuracy": 0.9},
        outputs=(TensorSpec("scores", "FP16", (-1, 10), low=-1),),
        rollout=Rollout(outcome="failed"),
    )


def test_a_name_is_enough() -> None:
    assert model_from_dict({"name": "echo"}) == Model("echo", Echo())
    assert model_from_dict({"name": "m", "answers": {"kind": "canned", "content": [1]}}) == (
        Model("m", Canned([1]))
    )


def test_the_table_has_the_keys_of_a_model() -> None:
    assert _ModelTable.__struct_fields__ == tuple(field.name for field in fields(Model))


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({}, "the key 'name' is missing"),
        ({"name": ""}, "'name' must not be empty"),
        ({"name": "m", "servings": {}}, "unknown key 'servings'; did you mean 'serving'?"),
        (
            {"name": "m", "serving": {"slotz": 1}},
            "unknown key 'serving.slotz'; did you mean 'slots'?",
        ),
        ({"name": "m", "serving": {"slots": "two"}}, "'serving.slots': expected `int | null`"),
        ({"name": "m", "serving": {"slots": 0}}, "'serving': 'slots' must be at least 1, not 0"),
        ({"name": "m", "answers": {"kind": "loud"}}, "'answers.kind': invalid value 'loud'"),
        ({"name": "m", "answers": {"kind": "canned"}}, "the key 'answers.content' is missing"),
        (
            {"name": "m", "answers": {"kind": "template", "text": "{x}"}},
            "'answers': 'text' names {x}, but its fields are",
        ),
        (
            {"name": "m", "outputs": [{"name": "y", "datatype": "FP8"}]},
            r"'outputs\[0\]': the datatype 'FP8' is none of BOOL",
        ),
        (
            {"name": "m", "answers": {"kind": "replay", "path": "nowhere.json"}},
            "'answers': nowhere.json cannot be read",
        ),
        ({"name": "m", "embedding_size": 0}, "'embedding_size' must be at least 1"),
    ],
)
def test_what_cannot_be_names_its_key(table: dict[str, object], complaint: str) -> None:
    with pytest.raises(ModelError, match=complaint):
        model_from_dict(table)
