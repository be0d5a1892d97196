"""A text in the making: token after token, each at its time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from typing import Literal

import msgspec

from pytest_mlinfra.fleet.models.question import Reply
from pytest_mlinfra.fleet.models.serving import Pace
from pytest_mlinfra.fleet.models.slots import Slots
from pytest_mlinfra.fleet.models.tokens import split_tokens

FinishReason = Literal["stop", "length", "tool_calls"]


@dataclass(frozen=True)
class Limits:
    """Where a text ends before its author meant it to.

    Attributes:
        max_tokens: how many tokens it has at most; None for any number.
        stop: texts before whose first appearance it ends.
    """

    max_tokens: int | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True)
class Token:
    """One token of a text.

    Attributes:
        text: what it says.
        call: the index of the call of a tool whose arguments it is part of; None for
            what is said to the person.
    """

    text: str
    call: int | None = None


class Text:
    """One text that a model will say.

    Args:
        reply: what the model answers.
        limits: where to end it.

    Attributes:
        tokens: its tokens: what it says, then the arguments of each call as JSON.
        calls: the names of the tools that it asks for.
        finish_reason: why it ends.
        was_stopped: whether a text of the limits ended it.
    """

    def __init__(self, reply: Reply, limits: Limits) -> None:
        found = [at for stop in limits.stop if stop and (at := reply.text.find(stop)) >= 0]
        said = reply.text[: min(found)] if found else reply.text
        tokens = [Token(token) for token in split_tokens(said)]
        for index, call in enumerate(reply.tool_calls):
            arguments = msgspec.json.encode(call.arguments).decode()
            tokens += [Token(token, index) for token in split_tokens(arguments)]
        self.tokens = tokens[: limits.max_tokens]
        self.was_stopped = bool(found)
        self.calls = [call.name for call in reply.tool_calls]
        self.finish_reason: FinishReason = "tool_calls" if reply.tool_calls else "stop"
        if len(self.tokens) < len(tokens):
            self.finish_reason = "length"

    def part(self, call: int | None = None) -> str:
        """What it says, or the arguments of one of its calls."""
        return "".join(token.text for token in self.tokens if token.call == call)


@dataclass
class Durations:
    """How long the parts of a generation took, in seconds of the loop's clock.

    Attributes:
        load: the wait for the model to load.
        first: from a slot to the first token.
        rest: from there to the last one.
    """

    load: float = 0
    first: float = 0
    rest: float = 0

    @property
    def total(self) -> float:
        """All of them together."""
        return self.load + self.first + self.rest


class Generation:
    """Texts that a model says side by side, in one slot.

    Attributes:
        texts: the texts; all of what they will be is known before the first token.
        durations: how long it took, so far.
    """

    def __init__(self, texts: Iterable[Text], slots: Slots, pace: Pace, load: float) -> None:
        self.texts = tuple(texts)
        self.durations = Durations(load=load)
        self._slots = slots
        self._pace = pace

    @property
    def token_count(self) -> int:
        """How many tokens all texts have."""
        return sum(len(text.tokens) for text in self.texts)

    async def steps(self) -> AsyncGenerator[list[tuple[int, Token]], None]:
        """Wait for a slot, then for each step of the model.

        Yields:
            The tokens of a step, each with the index of its text. A text without a
            token takes a step all the same.
        """
        async with self._slots.turn():
            longest = max(len(text.tokens) for text in self.texts)
            for number in range(max(longest, 1)):
                seconds = self._pace.of_token(number)
                await asyncio.sleep(seconds)
                if number:
                    self.durations.rest += seconds
                else:
                    self.durations.first = seconds
                yield [
                    (index, text.tokens[number])
                    for index, text in enumerate(self.texts)
                    if number < len(text.tokens)
                ]

    async def finish(self) -> None:
        """Wait until everything is said."""
        async with contextlib.aclosing(self.steps()) as steps:
            async for _tokens in steps:
                pass
