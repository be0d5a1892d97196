"""What a model is asked and what it answers, whatever the protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import msgspec

from pytest_mlinfra.fleet.models.tensors import TensorSpec

Kind = Literal["predict", "infer", "generate", "embed"]


@dataclass(frozen=True)
class Question:
    """One question to a model.

    Attributes:
        kind: ``predict`` (JSON), ``infer`` (tensors), ``generate`` (text), ``embed``.
        input: what is asked: for ``predict`` the JSON instance; for ``infer`` a
            mapping from the name of each input to its nested lists; for ``generate``
            the prompt, in a chat the text of the user's last message; for ``embed``
            the text.
        model: the model's name.
        number: how many questions the model was asked before.
        body: the whole JSON of the request, None if it has none.
        outputs: the tensors that the model says it answers with.
    """

    kind: Kind
    input: Any
    model: str = "model"
    number: int = 0
    body: Any = None
    outputs: tuple[TensorSpec, ...] = ()


class ToolCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call of a tool that a chat model asks its client for.

    Attributes:
        name: the tool's name.
        arguments: by name.
    """

    name: str
    arguments: dict[str, Any] = {}


@dataclass(frozen=True)
class Reply:
    """What a chat model answers if it is more than text.

    Attributes:
        text: the text; empty if the answer is calls only.
        tool_calls: the tools that the client is to call.
    """

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()


class Behaviour(Protocol):
    """How a model answers."""

    def answer(self, question: Question) -> Any:
        """The answer, or an awaitable of it.

        Returns:
            For ``predict``, anything that JSON can hold. For ``infer``, a mapping from the
            name of each output to its nested lists, or the nested lists of the only
            output. For ``generate``, text or a `Reply`; anything else becomes JSON. For
            ``embed``, a list of numbers; for anything else the model draws a unit vector
            from the text.

        Raises:
            Refusal: to answer with an error.
        """
        ...
