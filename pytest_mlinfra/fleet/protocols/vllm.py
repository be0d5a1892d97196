"""What vLLM's server has besides OpenAI's protocol: its version, and its tokenizer.

Source: vLLM's page on its OpenAI-compatible server.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pytest_mlinfra import __version__
from pytest_mlinfra.fleet.http import Request, Response
from pytest_mlinfra.fleet.models import Models
from pytest_mlinfra.fleet.models.tokens import split_tokens, token_id
from pytest_mlinfra.fleet.protocols.body import typed_body
from pytest_mlinfra.fleet.protocols.openai.common import find_model
from pytest_mlinfra.fleet.protocols.openai.errors import openai_error
from pytest_mlinfra.fleet.protocols.openai.messages import Message
from pytest_mlinfra.fleet.protocols.route import Route, model_in_body
from pytest_mlinfra.fleet.refusal import Refusal


class TokenizeRequest(msgspec.Struct, frozen=True):
    """The body of a request: a prompt, or the messages of a chat."""

    model: str = ""
    prompt: str | None = None
    messages: list[Message] | None = None


class VllmProtocol:
    """``/version`` and ``/tokenize``; its ``/health`` and ``/metrics`` are every server's."""

    name = "vllm"
    prefixes = ("/tokenize",)

    def routes(self, models: Models) -> Iterable[Route]:
        """The two routes."""

        def version(_request: Request) -> Response:
            return Response.of_json({"version": __version__})

        def tokenize(request: Request) -> Response:
            asked = typed_body(request, TokenizeRequest)
            model = find_model(models, asked.model, request)
            tokens = [token for text in _texts(asked) for token in split_tokens(text)]
            return Response.of_json(
                {
                    "count": len(tokens),
                    "max_model_len": model.model.context_length,
                    "tokens": [token_id(token) for token in tokens],
                    "token_strs": tokens,
                }
            )

        yield Route("GET", "/version", version)
        yield Route("POST", "/tokenize", tokenize, model_in_body)

    def refuse(self, refusal: Refusal) -> Response:
        """An error in OpenAI's shape."""
        return openai_error(refusal)


def _texts(asked: TokenizeRequest) -> list[str]:
    if asked.prompt is not None:
        return [asked.prompt]
    if asked.messages is not None:
        return [message.text for message in asked.messages]
    raise Refusal("bad request", "a 'prompt' or 'messages' are needed", where="prompt")
