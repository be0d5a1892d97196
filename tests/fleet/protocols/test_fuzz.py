"""Whatever JSON a client sends, it is answered, and no fault of ours shows."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_mlinfra.clock import VirtualLoop
from pytest_mlinfra.fleet import Model, Models, Request, Response
from pytest_mlinfra.fleet.protocols.built_in import BUILT_IN
from pytest_mlinfra.fleet.router import Router

MODELS = Models([Model("model")])
POSTS = sorted(
    route.path.replace("{model}", "model").replace("{model:path}", "model")
    for protocol in BUILT_IN
    for route in protocol.routes(MODELS)
    if route.method == "POST" and "{deployment}" not in route.path
)
# Every key that any of the protocols knows: the likelier to get somewhere.
KEYS = tuple("""
    model name messages role content text type prompt input inputs instances stream n stop
    max_tokens max_completion_tokens tools tool_choice function parameters response_format
    json_schema schema logprobs stream_options include_usage encoding_format dimensions
    instructions format options num_predict keep_alive shape datatype data outputs id
    binary_data_size binary_data classification shared_memory_region binary_data_output
    max_new_tokens details return_full_text normalize model_id environment trace_rate
    properties enum const oneOf additionalProperties minLength minItems anyOf allOf $ref
    minimum maximum items required
    """.split())  # noqa: SIM905 - a list of them would fill the page
WORDS = ["model", "user", "function", "required", "json_schema", "object", "INT8", "BYTES", "Hi"]

plain = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(-2, 2)
    | st.sampled_from(WORDS)
    | st.text(max_size=3)
)
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)
bodies = st.dictionaries(st.sampled_from(KEYS), anything, max_size=6) | anything


async def answer(path: str, body: bytes, headers: dict[str, str]) -> Response:
    response = (
        await Router(None, Models([Model("model")]))
        .resolve(Request("POST", path, headers=headers, body=body))
        .answer()
    )
    if response.stream is not None:
        return Response(response.status, b"".join([piece async for piece in response.stream]))
    return response


def run(path: str, body: bytes, headers: dict[str, str] | None = None) -> Response:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(answer(path, body, headers or {}))


@pytest.mark.parametrize("path", POSTS)
@given(body=bodies)
@settings(max_examples=20, deadline=None)
def test_any_json_is_answered(path: str, body: Any) -> None:
    response = run(path, json.dumps(body).encode())

    assert response.status < 500, response.body


@given(schema=st.dictionaries(st.sampled_from(KEYS), anything, max_size=4))
@settings(max_examples=100, deadline=None)
def test_any_schema_is_met_or_refused(schema: dict[str, Any]) -> None:
    message = {"role": "user", "content": "Hi"}
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    body = {"messages": [message], "response_format": wanted}

    response = run("/v1/chat/completions", json.dumps(body).encode())

    assert response.status in (200, 400), response.body


@settings(deadline=None)
@given(body=st.binary(max_size=60), length=st.integers(0, 80))
def test_any_bytes_behind_any_length_are_answered(body: bytes, length: int) -> None:
    head = b'{"inputs": [{"name": "x", "shape": [2], "datatype": "BYTES", "parameters": '
    whole = head + b'{"binary_data_size": 9}}]}' + body
    headers = {"inference-header-content-length": str(len(whole) - len(body) + length)}

    assert run("/v2/models/model/infer", whole, headers).status < 500
