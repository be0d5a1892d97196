"""A model at work: its slots, whether it is loaded, what it was asked."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pytest_mlinfra.fleet.models.generation import Generation, Limits, Text
from pytest_mlinfra.fleet.models.loading import Loading
from pytest_mlinfra.fleet.models.model import Model
from pytest_mlinfra.fleet.models.outputs import Nested, output_tensors
from pytest_mlinfra.fleet.models.question import Kind, Question, Reply
from pytest_mlinfra.fleet.models.seeded import unit_vector
from pytest_mlinfra.fleet.models.serving import Pace
from pytest_mlinfra.fleet.models.slots import Slots
from pytest_mlinfra.fleet.models.tensors import Tensor


@dataclass
class Tally:
    """What a model has done, added up. Times are seconds of the loop's clock.

    Attributes:
        succeeded: requests that were answered; `failed` those that were not.
        rows: rows of those that were answered.
        queued: the time that they waited for a slot.
        computed: the time that they were worked on.
        last: the time of day when the last one was answered; None before.
    """

    succeeded: int = 0
    failed: int = 0
    rows: int = 0
    queued: float = 0
    computed: float = 0
    last: float | None = None


class ServedModel:
    """One model of a running server.

    Attributes:
        model: what it is.
        loading: whether it is loaded.
        slots: who is worked on, who waits.
        tally: what it has done.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.loading = Loading(model.serving)
        self.slots = Slots(model.serving)
        self.tally = Tally()
        self._pace = Pace(model.serving)
        self._asked = 0

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    @property
    def is_ready(self) -> bool:
        """Whether the model is loaded."""
        return self.loading.state == "ready"

    async def predict(self, instances: Sequence[Any], body: Any = None) -> list[Any]:
        """The predictions for `instances`, which are worked on together.

        Args:
            instances: each any JSON.
            body: the whole JSON of the request.

        Raises:
            Refusal: the model is overloaded, not ready, or has no answer; so for all
                methods here.
        """
        answers = await self._work("predict", instances, len(instances), body)
        return [msgspec.to_builtins(answer, enc_hook=_plain) for answer in answers]

    async def embed(self, texts: Sequence[str], body: Any = None) -> list[list[float]]:
        """A vector for each of `texts`, which are worked on together."""
        answers = await self._work("embed", texts, len(texts), body)
        size = self.model.embedding_size
        return [
            _vector_in(answer) or unit_vector(text, size)
            for text, answer in zip(texts, answers, strict=True)
        ]

    async def infer(self, inputs: Sequence[Tensor], body: Any = None) -> list[Tensor]:
        """The output tensors for `inputs`, which make one question."""
        rows = inputs[0].shape[0] if inputs and inputs[0].shape else 1
        nested = Nested(inputs)
        (answer,) = await self._work("infer", [nested], max(rows, 1), body)
        return output_tensors(answer, nested, self.model.outputs)

    async def generate(
        self,
        prompts: Sequence[str],
        body: Any = None,
        limits: Limits | None = None,
        revise: Callable[[Reply], Reply] | None = None,
    ) -> Generation:
        """What the model will say to `prompts`, one text for each.

        The texts are made at once; the slot is taken, and time passes, when the tokens
        are asked for.

        Args:
            prompts: what the model is asked.
            body: the whole JSON of the request.
            limits: where to end each text.
            revise: what the protocol makes of each answer before it is said.
        """
        load = await self.loading.admit(self.name)
        self.slots.refuse_if_full()
        texts = []
        for prompt in prompts:
            reply = _reply_in(await self._answer("generate", prompt, body))
            texts.append(Text(revise(reply) if revise else reply, limits or Limits()))
        return Generation(texts, self.slots, self._pace, load)

    async def _work(self, kind: Kind, inputs: Sequence[Any], rows: int, body: Any) -> list[Any]:
        clock = asyncio.get_running_loop().time
        try:
            await self.loading.admit(self.name)
            self.slots.refuse_if_full()
            came = clock()
            async with self.slots.turn(rows, may_share=True) as batch:
                began = clock()
                await asyncio.sleep(self._pace.of_rows(batch.rows))
                answers = [await self._answer(kind, each, body) for each in inputs]
        except BaseException:
            self.tally.failed += 1
            raise
        self.tally.succeeded += 1
        self.tally.rows += rows
        self.tally.queued += began - came
        self.tally.computed += clock() - began
        self.tally.last = time.time()
        return answers

    async def _answer(self, kind: Kind, asked: Any, body: Any) -> Any:
        number, self._asked = self._asked, self._asked + 1
        question = Question(kind, asked, self.name, number, body, self.model.outputs)
        answer = self.model.behaviour.answer(question)
        return await answer if inspect.isawaitable(answer) else answer


def _vector_in(answer: Any) -> list[float] | None:
    numbers = _plain(answer) if hasattr(answer, "tolist") else answer
    if isinstance(numbers, list) and numbers and all(type(n) in (int, float) for n in numbers):
        return [float(number) for number in numbers]
    return None


def _reply_in(answer: Any) -> Reply:
    if isinstance(answer, Reply):
        return answer
    if isinstance(answer, str):
        return Reply(answer)
    return Reply(msgspec.json.encode(answer, enc_hook=_plain).decode())


def _plain(answer: Any) -> Any:
    """An array or a number of numpy's, as Python's own lists and numbers."""
    if hasattr(answer, "tolist"):
        return answer.tolist()
    raise TypeError(f"JSON cannot hold a value of the type {type(answer).__name__!r}")
