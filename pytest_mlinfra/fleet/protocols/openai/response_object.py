"""A response as OpenAI's newer endpoint has it: a list of items, or the events of its making."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import AsyncIterator, Iterator
from typing import Any

from pytest_mlinfra.fleet.models import Generation
from pytest_mlinfra.fleet.models.generation import Text, Token
from pytest_mlinfra.fleet.protocols.openai.common import now
from pytest_mlinfra.fleet.protocols.streams import event


class ResponseObject:
    """The answer to one request.

    Args:
        body: the JSON of the request.
        name: the response's id.
        model: the model's name.
        input_tokens: how many tokens the request has.
        generation: what the model says.
    """

    def __init__(
        self, body: dict[str, Any], name: str, model: str, input_tokens: int, generation: Generation
    ) -> None:
        self._name = name
        self._input_tokens = input_tokens
        self._generation = generation
        self._numbers = itertools.count()
        self._head = {
            "id": name,
            "object": "response",
            "created_at": now(),
            "model": model,
            "instructions": body.get("instructions"),
            "metadata": body.get("metadata") or {},
            "parallel_tool_calls": True,
            "tool_choice": body.get("tool_choice") or "auto",
            "tools": body.get("tools") or [],
            "error": None,
        }

    @property
    def _text(self) -> Text:
        return self._generation.texts[0]

    def whole(self) -> dict[str, Any]:
        """All of it at once."""
        is_cut = self._text.finish_reason == "length"
        output_tokens = self._generation.token_count
        return {
            **self._head,
            "status": "incomplete" if is_cut else "completed",
            "incomplete_details": {"reason": "max_output_tokens"} if is_cut else None,
            "output": list(self._items()),
            "usage": {
                "input_tokens": self._input_tokens,
                "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
                "output_tokens": output_tokens,
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": self._input_tokens + output_tokens,
            },
        }

    def _items(self) -> Iterator[dict[str, Any]]:
        if self._says_something:
            yield self._message([_part(self._text.part())], "completed")
        for index in range(len(self._text.calls)):
            yield self._call(index, self._text.part(index), "completed")

    async def events(self) -> AsyncIterator[bytes]:
        """The events of its making, one for each token among them."""
        begun = {**self._head, "status": "in_progress", "output": [], "usage": None}
        yield self._event("response.created", response=begun)
        yield self._event("response.in_progress", response=begun)
        place = -1
        async with contextlib.aclosing(self._generation.steps()) as steps:
            async for tokens in steps:
                for _, token in tokens:
                    if self._place(token) != place:
                        for piece in self._closing(place):
                            yield piece
                        place = self._place(token)
                        for piece in self._opening(place, token.call):
                            yield piece
                    yield self._delta(place, token)
        for piece in self._closing(place):
            yield piece
        whole = self.whole()
        yield self._event(f"response.{whole['status']}", response=whole)

    @property
    def _says_something(self) -> bool:
        return not self._text.calls or bool(self._text.part())

    def _place(self, token: Token) -> int:
        """Which item of the output `token` belongs to."""
        return 0 if token.call is None else token.call + self._says_something

    def _opening(self, place: int, call: int | None) -> Iterator[bytes]:
        if call is not None:
            item = self._call(call, "", "in_progress")
            yield self._event("response.output_item.added", output_index=place, item=item)
            return
        item = self._message([], "in_progress")
        yield self._event("response.output_item.added", output_index=place, item=item)
        yield self._in_message("response.content_part.added", part=_part(""))

    def _closing(self, place: int) -> Iterator[bytes]:
        if place < 0:
            return
        item = list(self._items())[place]
        if item["type"] == "message":
            text = self._text.part()
            yield self._in_message("response.output_text.done", text=text, logprobs=[])
            yield self._in_message("response.content_part.done", part=_part(text))
        else:
            yield self._event(
                "response.function_call_arguments.done",
                item_id=item["id"],
                output_index=place,
                name=item["name"],
                arguments=item["arguments"],
            )
        yield self._event("response.output_item.done", output_index=place, item=item)

    def _delta(self, place: int, token: Token) -> bytes:
        if token.call is None:
            return self._in_message("response.output_text.delta", delta=token.text, logprobs=[])
        return self._event(
            "response.function_call_arguments.delta",
            item_id=self._call_id(token.call),
            output_index=place,
            delta=token.text,
        )

    def _in_message(self, kind: str, **content: Any) -> bytes:
        place = {"item_id": self._message_id, "output_index": 0, "content_index": 0}
        return self._event(kind, **place, **content)

    def _event(self, kind: str, **content: Any) -> bytes:
        return event({"type": kind, "sequence_number": next(self._numbers), **content}, kind)

    @property
    def _message_id(self) -> str:
        return f"msg-{self._name}"

    def _call_id(self, index: int) -> str:
        return f"fc-{self._name}-{index}"

    def _message(self, content: list[Any], status: str) -> dict[str, Any]:
        head = {"id": self._message_id, "type": "message", "role": "assistant"}
        return {**head, "status": status, "content": content}

    def _call(self, index: int, arguments: str, status: str) -> dict[str, Any]:
        return {
            "id": self._call_id(index),
            "type": "function_call",
            "call_id": f"call_{index}",
            "name": self._text.calls[index],
            "arguments": arguments,
            "status": status,
        }


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": []}
