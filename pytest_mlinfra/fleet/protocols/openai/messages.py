"""The request of a chat, and what in it is text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec

from pytest_mlinfra.fleet.models.tokens import count_tokens
from pytest_mlinfra.fleet.protocols.openai.common import Stop, StreamOptions

_Positive = Annotated[int, msgspec.Meta(ge=1)]
_Role = Literal["system", "developer", "user", "assistant", "tool", "function"]


class Part(msgspec.Struct, frozen=True):
    """A part of a message: a text, a picture, whatever its `type` says."""

    type: str
    text: str | None = None


class Message(msgspec.Struct, frozen=True):
    """One message of a chat."""

    role: _Role
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """Its text; pictures and sounds have none."""
        if isinstance(self.content, list):
            return "".join(part.text or "" for part in self.content)
        return self.content or ""


class ToolFunction(msgspec.Struct, frozen=True):
    """A function that a client offers, with the schema of its arguments."""

    name: str
    parameters: dict[str, Any] | None = None


class Tool(msgspec.Struct, frozen=True):
    """A tool that a client offers."""

    type: str
    function: ToolFunction | None = None


class JsonSchema(msgspec.Struct, frozen=True):
    """A schema with its name."""

    name: str = "schema"
    schema: dict[str, Any] = {}


class ResponseFormat(msgspec.Struct, frozen=True):
    """Whether the answer has to be JSON, and which."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None
    value: dict[str, Any] | None = None

    @property
    def schema(self) -> dict[str, Any] | None:
        """The schema, where there is one; Hugging Face's clients call it the value."""
        return self.json_schema.schema if self.json_schema else self.value


class ChatRequest(msgspec.Struct, frozen=True):
    """The body of a request for a chat's next message, as far as it matters here."""

    messages: Annotated[list[Message], msgspec.Meta(min_length=1)]
    model: str = ""
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[int, msgspec.Meta(ge=1, le=128)] | None = None
    stop: Stop = None
    max_tokens: _Positive | None = None
    max_completion_tokens: _Positive | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, msgspec.Meta(gt=0, le=1)] | None = None
    tools: list[Tool] | None = None
    tool_choice: str | dict[str, Any] | None = None
    response_format: ResponseFormat | None = None
    logprobs: bool | None = None

    @property
    def prompt(self) -> str:
        """The text of the user's last message; of the last one if there is none of theirs."""
        return last_of_user(self.messages).text

    @property
    def prompt_tokens(self) -> int:
        """How many tokens the texts of all messages have."""
        return sum(count_tokens(message.text) for message in self.messages)


def last_of_user(messages: Sequence[Message]) -> Message:
    """The user's last message; the last one if there is none of theirs."""
    return next((each for each in reversed(messages) if each.role == "user"), messages[-1])
