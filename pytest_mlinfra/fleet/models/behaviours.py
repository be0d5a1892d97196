"""Ways to answer, as data: an echo, canned answers, a template, calls of tools."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from pytest_mlinfra.errors import ModelError
from pytest_mlinfra.fleet.models.question import Question, Reply, ToolCall
from pytest_mlinfra.fleet.refusal import Refusal


class Echo(msgspec.Struct, frozen=True, tag_field="kind", tag="echo", forbid_unknown_fields=True):
    """Answers with the question."""

    def answer(self, question: Question) -> Any:
        """The input itself; of tensors, each goes out under the name it came in by."""
        return question.input


class Canned(
    msgspec.Struct, frozen=True, tag_field="kind", tag="canned", forbid_unknown_fields=True
):
    """Gives the same answer to everything.

    Attributes:
        content: the answer: text, or whatever JSON can hold.
    """

    content: Any

    def answer(self, question: Question) -> Any:
        """The answer."""
        return self.content


class InTurn(
    msgspec.Struct, frozen=True, tag_field="kind", tag="in-turn", forbid_unknown_fields=True
):
    """Gives one answer after another.

    Attributes:
        contents: the answers, at least one.
        then: what follows the last: the last one for ever, the first one again, or
            an error.

    Raises:
        ModelError: there is no answer.
    """

    contents: tuple[Any, ...]
    then: Literal["repeat the last", "start again", "fail"] = "repeat the last"

    def __post_init__(self) -> None:
        if not self.contents:
            raise ModelError("'contents' needs at least one answer")

    def answer(self, question: Question) -> Any:
        """The next answer; the model's count of questions says which."""
        count = len(self.contents)
        if question.number < count or self.then == "start again":
            return self.contents[question.number % count]
        if self.then == "fail":
            raise Refusal("failed", f"the model has only {count} answers, and all are given")
        return self.contents[-1]


_FIELDS = ("input", "model", "number")


class Template(
    msgspec.Struct, frozen=True, tag_field="kind", tag="template", forbid_unknown_fields=True
):
    """Answers with a text that takes up parts of the question.

    Attributes:
        text: in the syntax of `str.format`, with the fields ``{input}``, ``{model}``
            and ``{number}`` (how many questions came before).

    Raises:
        ModelError: the text names another field or is no template.
    """

    text: str

    def __post_init__(self) -> None:
        try:
            fields = [field for _, field, _, _ in string.Formatter().parse(self.text)]
        except ValueError as error:
            raise ModelError(f"'text' is no template: {error}") from error
        for field in fields:
            if field is not None and field not in _FIELDS:
                known = ", ".join(f"{{{name}}}" for name in _FIELDS)
                raise ModelError(f"'text' names {{{field}}}, but its fields are {known}")

    def answer(self, question: Question) -> Any:
        """The text, filled in."""
        return self.text.format(input=question.input, model=question.model, number=question.number)


class Calls(msgspec.Struct, frozen=True, tag_field="kind", tag="calls", forbid_unknown_fields=True):
    """Asks a chat's client to call tools, then says something about the results.

    Attributes:
        calls: the calls; all of them at once.
        then: the text for a request that brings results of tools, or offers no tools.

    Raises:
        ModelError: there is no call.
    """

    calls: tuple[ToolCall, ...]
    then: str = "Done."

    def __post_init__(self) -> None:
        if not self.calls:
            raise ModelError("'calls' needs at least one call")

    def answer(self, question: Question) -> Any:
        """The calls, or the text."""
        body = question.body if isinstance(question.body, dict) else {}
        messages = body.get("messages") or body.get("input") or []
        last = messages[-1] if isinstance(messages, list) and messages else {}
        brings_results = isinstance(last, dict) and (
            last.get("role") == "tool" or last.get("type") == "function_call_output"
        )
        if brings_results or not body.get("tools") or body.get("tool_choice") == "none":
            return Reply(self.then)
        return Reply(tool_calls=self.calls)


@dataclass(frozen=True)
class Function:
    """Answers by a function of the input.

    Attributes:
        function: from the input of a question to the answer, as a function or a
            coroutine function. It runs on the loop and must not block.
    """

    function: Callable[[Any], Any]

    def answer(self, question: Question) -> Any:
        """What the function makes of the input."""
        return self.function(question.input)
