"""The requests for texts, as far as they matter here, and where their texts end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from pytest_mlinfra.fleet.models import Limits, Reply
from pytest_mlinfra.fleet.protocols.json_schema import as_json


class Options(msgspec.Struct, frozen=True):
    """The options of a model, as far as they matter here."""

    num_predict: int | None = None
    stop: str | list[str] | None = None


class Message(msgspec.Struct, frozen=True):
    """One message of a chat."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str = ""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What both requests have."""

    model: str = ""
    stream: bool | None = None
    options: Options | None = None
    format: str | dict[str, Any] | None = None
    keep_alive: float | str | None = None


class GenerateRequest(Asked, frozen=True, kw_only=True):
    """The body of ``/api/generate``."""

    prompt: str = ""
    system: str | None = None


class ChatRequest(Asked, frozen=True, kw_only=True):
    """The body of ``/api/chat``."""

    messages: list[Message] = []


def bounds_of(asked: Asked, prompt: str) -> tuple[Limits, Callable[[Reply], Reply]]:
    """Where the text ends, and what a demanded format makes of it."""
    options = asked.options or Options()
    most = options.num_predict
    stop = (options.stop,) if isinstance(options.stop, str) else tuple(options.stop or ())
    # Below 0 it means: no limit.
    limits = Limits(most if most is not None and most >= 0 else None, stop)

    def in_format(reply: Reply) -> Reply:
        if not asked.format or reply.tool_calls:
            return reply
        schema = asked.format if isinstance(asked.format, dict) else None
        return Reply(as_json(reply.text, schema, prompt))

    return limits, in_format
