"""A fake model: its name, how it answers, and how it is served."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, cast

from pytest_mlinfra.errors import ModelError
from pytest_mlinfra.fleet.models.behaviours import Echo, Function
from pytest_mlinfra.fleet.models.question import Behaviour
from pytest_mlinfra.fleet.models.rollout import Rollout
from pytest_mlinfra.fleet.models.serving import Serving
from pytest_mlinfra.fleet.models.tensors import TensorSpec


def default_metadata() -> dict[str, Any]:
    """What is said about a model of which nothing else was said: the lecture's example."""
    return {"version": "1.0", "accuracy": 0.95}


@dataclass(frozen=True)
class Model:
    """What stands behind a server's routes.

    Attributes:
        name: the model's name, as it appears in requests, answers and the journal.
        answers: how it answers: a `Behaviour`, or a function (also a coroutine function)
            from the input of a question to its answer, which runs on the loop and must
            not block.
        serving: how many requests at once, how fast, from when on.
        version: its only version, as Triton counts them.
        inputs: the tensors that it takes, and to which requests are held; none: any.
        outputs: the tensors that it gives.
        embedding_size: dimensions of the vectors that it draws for texts.
        context_length: how many tokens a prompt and its answer may have together.
        metadata: what ``/models/{id}`` says about it.
        rollout: how its deployments go.
        api_key: what ``Authorization: Bearer`` must say where a protocol knows keys;
            None lets everybody in.

    Raises:
        ModelError: the name is empty, or `answers` is neither of the two.
    """

    name: str
    answers: Behaviour | Callable[[Any], Any] = field(default_factory=Echo)
    serving: Serving = field(default_factory=Serving)
    _: KW_ONLY
    version: str = "1"
    inputs: tuple[TensorSpec, ...] = ()
    outputs: tuple[TensorSpec, ...] = ()
    embedding_size: int = 8
    context_length: int = 4096
    metadata: Mapping[str, Any] = field(default_factory=default_metadata)
    rollout: Rollout = field(default_factory=Rollout)
    api_key: str | None = None

    def __post_init__(self) -> None:
        if not self.name:
            raise ModelError("'name' must not be empty")
        if not hasattr(self.answers, "answer") and not callable(self.answers):
            raise ModelError(
                f"a model answers by a behaviour or a function, not by {self.answers!r}; "
                f"to say always the same, give Canned({self.answers!r})"
            )
        for name in ("embedding_size", "context_length"):
            if getattr(self, name) < 1:
                raise ModelError(f"{name!r} must be at least 1")

    @property
    def behaviour(self) -> Behaviour:
        """How it answers, as an object also where a function was given."""
        if hasattr(self.answers, "answer"):
            return cast(Behaviour, self.answers)
        return Function(self.answers)
