"""A fake model: a name, and what it answers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_mlinfra.errors import FleetError


def _echo(instance: Any) -> Any:
    return instance


@dataclass(frozen=True)
class Model:
    """What stands behind a server's routes.

    Attributes:
        name: the model's name, as it appears in answers and in the journal.
        function: from the JSON of a request to the JSON of the prediction, as a
            function or a coroutine function. It runs on the loop and must not block.
    """

    name: str
    function: Callable[[Any], Any] = _echo

    async def predict(self, instance: Any) -> Any:
        """The prediction for `instance`."""
        prediction = self.function(instance)
        return await prediction if inspect.isawaitable(prediction) else prediction


class Models(Mapping[str, Model]):
    """The models of one server, by name.

    Args:
        models: at least one; the first is the one meant where a request names none.

    Raises:
        FleetError: there is none, or two have one name.
    """

    def __init__(self, models: Iterable[Model]) -> None:
        self._models: dict[str, Model] = {}
        for model in models:
            if model.name in self._models:
                raise FleetError(f"two models of one server are named {model.name!r}")
            self._models[model.name] = model
        if not self._models:
            raise FleetError("a server needs at least one model")

    def __getitem__(self, name: str) -> Model:
        return self._models[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def __len__(self) -> int:
        return len(self._models)

    @property
    def first(self) -> Model:
        """The model that is meant where a request names none."""
        return next(iter(self._models.values()))
