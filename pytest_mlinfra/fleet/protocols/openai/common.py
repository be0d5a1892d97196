"""What the endpoints of OpenAI's protocol share."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable

import msgspec

from pytest_mlinfra.fleet.http import Request
from pytest_mlinfra.fleet.models import Models, ServedModel
from pytest_mlinfra.fleet.models.generation import Generation, Limits
from pytest_mlinfra.fleet.models.tokens import count_tokens
from pytest_mlinfra.fleet.protocols.access import check_key
from pytest_mlinfra.fleet.refusal import Refusal

# What clients of servers with only one model write when they have to name one.
_ANY_MODEL = frozenset({"", "dummy", "tgi"})

Stop = str | list[str] | None
# A prompt: text, or the ids of its tokens; one, or several.
Prompts = str | list[str | int | list[int]]


class StreamOptions(msgspec.Struct, frozen=True):
    """What a client wants of a stream.

    Attributes:
        include_usage: whether a last chunk tells how many tokens there were.
    """

    include_usage: bool | None = None


class Ids:
    """Numbers the answers of one server, so that they differ and runs are alike."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def next(self, prefix: str) -> str:
        """The next id, such as ``chatcmpl-1``."""
        return f"{prefix}-{next(self._numbers)}"


def find_model(models: Models, name: str, request: Request) -> ServedModel:
    """The model that `request` asks for, if it may.

    Raises:
        Refusal: there is none, or the request lacks its key.
    """
    model = models.first if name in _ANY_MODEL else models.named(name)
    check_key(request, model)
    return model


def now() -> int:
    """The time of day, in whole seconds since 1970; under a virtual clock, of that clock."""
    return int(time.time())


def texts_of(prompts: Prompts) -> list[tuple[str, int]]:
    """The text of each prompt, and how many tokens it has.

    The ids of tokens stand for themselves: this server has no vocabulary to look
    them up in.

    Raises:
        Refusal: there is no prompt.
    """
    if isinstance(prompts, str):
        return [(prompts, count_tokens(prompts))]
    if not prompts:
        raise Refusal("bad request", "at least one prompt is needed")
    if all(isinstance(each, int) for each in prompts):
        return [_text_of_ids(prompts)]
    return [_text_of(each) for each in prompts]


def _text_of(prompt: str | int | list[int]) -> tuple[str, int]:
    if isinstance(prompt, str):
        return prompt, count_tokens(prompt)
    if isinstance(prompt, int):
        raise Refusal("bad request", f"{prompt} is the id of a token among other prompts")
    return _text_of_ids(prompt)


def _text_of_ids(ids: Iterable[object]) -> tuple[str, int]:
    known = [str(each) for each in ids]
    return " ".join(known), len(known)


def limits_of(model: ServedModel, prompt_tokens: int, max_tokens: int | None, stop: Stop) -> Limits:
    """Where the model's answer ends.

    Raises:
        Refusal: prompt and answer together would not fit into the model's context.
    """
    context = model.model.context_length
    room = context - prompt_tokens
    if room < (max_tokens or 1):
        raise Refusal(
            "bad request",
            f"the prompt has {prompt_tokens} tokens and the answer {max_tokens or 1} or more, "
            f"but the context of {model.name!r} holds {context}",
            where="max_tokens",
        )
    stops = (stop,) if isinstance(stop, str) else tuple(stop or ())
    return Limits(max_tokens or room, stops)


def usage_of(prompt_tokens: int, generation: Generation) -> dict[str, object]:
    """How many tokens there were, as OpenAI counts them."""
    completion_tokens = generation.token_count
    return {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    }
