"""The answer to a request for a text: whole, or a line for each token."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import msgspec

from pytest_mlinfra.fleet.models import Generation
from pytest_mlinfra.fleet.protocols.json_schema import is_json
from pytest_mlinfra.fleet.protocols.ollama.common import NANOSECONDS, timestamp
from pytest_mlinfra.fleet.protocols.streams import line

# From a text and calls of tools to the part of a line that has them.
Form = Callable[[str, Sequence[dict[str, Any]]], dict[str, Any]]


def as_response(text: str, _calls: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """As ``/api/generate`` has it, which knows no tools."""
    return {"response": text}


def as_message(text: str, calls: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """As ``/api/chat`` has it."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if calls:
        message["tool_calls"] = calls
    return {"message": message}


class Answer:
    """The answer to one request.

    Args:
        model: the model's name.
        prompt_tokens: how many tokens the request has.
        generation: what the model says.
        form: how a line has it.
        last: what only the last line has.
    """

    def __init__(
        self,
        model: str,
        prompt_tokens: int,
        generation: Generation,
        form: Form,
        last: dict[str, Any],
    ) -> None:
        self._model = model
        self._prompt_tokens = prompt_tokens
        self._generation = generation
        self._form = form
        self._last = last

    async def whole(self) -> dict[str, Any]:
        """All of it at once, when it is said."""
        await self._generation.finish()
        return self._ending(self._generation.texts[0].part(), self._calls)

    async def lines(self) -> AsyncIterator[bytes]:
        """A line for each token, and one more with the figures."""
        async with contextlib.aclosing(self._generation.steps()) as steps:
            async for tokens in steps:
                for _, token in tokens:
                    if token.call is None:
                        said = self._form(token.text, ())
                        yield line({**self._head, **said, "done": False})
        if self._calls:
            yield line({**self._head, **self._form("", self._calls), "done": False})
        yield line(self._ending("", ()))

    @property
    def _head(self) -> dict[str, Any]:
        return {"model": self._model, "created_at": timestamp()}

    @property
    def _calls(self) -> Sequence[dict[str, Any]]:
        (said,) = self._generation.texts
        return [
            {"function": {"name": name, "arguments": _arguments(said.part(index))}}
            for index, name in enumerate(said.calls)
        ]

    def _ending(self, text: str, calls: Sequence[dict[str, Any]]) -> dict[str, Any]:
        (said,) = self._generation.texts
        durations = self._generation.durations
        return {
            **self._head,
            **self._form(text, calls),
            "done": True,
            "done_reason": "length" if said.finish_reason == "length" else "stop",
            **self._last,
            "total_duration": round(durations.total * NANOSECONDS),
            "load_duration": round(durations.load * NANOSECONDS),
            "prompt_eval_count": self._prompt_tokens,
            "prompt_eval_duration": round(durations.first * NANOSECONDS),
            "eval_count": len(said.tokens),
            "eval_duration": round(durations.rest * NANOSECONDS),
        }


def _arguments(text: str) -> Any:
    # A limit of tokens may have cut them off.
    return msgspec.json.decode(text) if is_json(text) else {}
