"""``/generate`` and ``/generate_stream``: text, whole or as server-sent events."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Any

import msgspec

from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Generation, Limits, Models
from pytest_mlinfra.fleet.models.generation import Text, Token
from pytest_mlinfra.fleet.models.tokens import VOCABULARY, split_tokens, token_id
from pytest_mlinfra.fleet.protocols.access import check_key
from pytest_mlinfra.fleet.protocols.body import converted, json_body
from pytest_mlinfra.fleet.protocols.route import Route
from pytest_mlinfra.fleet.protocols.streams import event, event_stream

# TGI's own.
_DEFAULT_MAX_NEW_TOKENS = 100


class Parameters(msgspec.Struct, frozen=True):
    """The parameters of a generation, as far as they matter here."""

    max_new_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    stop: list[str] | None = None
    details: bool | None = None
    decoder_input_details: bool | None = None
    return_full_text: bool | None = None
    seed: int | None = None
    temperature: Annotated[float, msgspec.Meta(gt=0)] | None = None
    top_p: Annotated[float, msgspec.Meta(gt=0, le=1)] | None = None


class GenerateRequest(msgspec.Struct, frozen=True):
    """The body of a request."""

    inputs: str
    parameters: Parameters | None = None
    stream: bool | None = None


def generate_routes(models: Models) -> Iterable[Route]:
    """Two routes, one for each way."""

    async def whole(request: Request) -> Response:
        said = await ask(models, request)
        return Response.of_json(await said.whole())

    async def stream(request: Request) -> Response:
        said = await ask(models, request)
        return event_stream(said.events())

    yield Route("POST", "/generate", whole)
    yield Route("POST", "/generate_stream", stream)


async def ask(models: Models, request: Request) -> Said:
    """Ask the server's first model.

    Raises:
        Refusal: the request is not as it has to be, or the model has no answer.
    """
    model = models.first
    check_key(request, model)
    body = json_body(request)
    asked = converted(body, GenerateRequest)
    parameters = asked.parameters or Parameters()
    limits = Limits(
        parameters.max_new_tokens or _DEFAULT_MAX_NEW_TOKENS, tuple(parameters.stop or ())
    )
    generation = await model.generate([asked.inputs], body, limits)
    return Said(asked, parameters, generation)


class Said:
    """The answer to one request.

    Attributes:
        wants_stream: whether the request asks for a stream.
    """

    def __init__(
        self, asked: GenerateRequest, parameters: Parameters, generation: Generation
    ) -> None:
        self.wants_stream = bool(asked.stream)
        self._asked = asked
        self._parameters = parameters
        self._generation = generation

    @property
    def _text(self) -> Text:
        return self._generation.texts[0]

    @property
    def _generated(self) -> str:
        said = self._text.part()
        return self._asked.inputs + said if self._parameters.return_full_text else said

    async def whole(self) -> dict[str, Any]:
        """All of it at once, when it is said."""
        await self._generation.finish()
        answer: dict[str, Any] = {"generated_text": self._generated}
        if self._parameters.details:
            prefill = split_tokens(self._asked.inputs)
            wants_prefill = self._parameters.decoder_input_details
            answer["details"] = {
                **self._details(),
                "prefill": [_described(each) for each in prefill] if wants_prefill else [],
                "tokens": [_described(token.text) for token in self._text.tokens],
            }
        return answer

    async def events(self) -> AsyncIterator[bytes]:
        """An event for each token; the last one has the whole text."""
        count = len(self._text.tokens)
        number = 0
        async with contextlib.aclosing(self._generation.steps()) as steps:
            async for tokens in steps:
                for _, token in tokens or [(0, Token(""))]:
                    number += 1
                    yield event(self._step(number, token, is_last=number >= count))

    def _step(self, number: int, token: Token, *, is_last: bool) -> dict[str, Any]:
        return {
            "index": number,
            "token": _described(token.text),
            "top_tokens": [],
            "generated_text": self._generated if is_last else None,
            "details": self._details() if is_last else None,
        }

    def _details(self) -> dict[str, Any]:
        reason = "length"
        if self._text.finish_reason != "length":
            reason = "stop_sequence" if self._text.was_stopped else "eos_token"
        return {
            "finish_reason": reason,
            "generated_tokens": len(self._text.tokens),
            "seed": self._parameters.seed,
            "input_length": len(split_tokens(self._asked.inputs)),
        }


def _described(token: str) -> dict[str, Any]:
    number = token_id(token)
    return {"id": number, "text": token, "logprob": -number / VOCABULARY, "special": False}
