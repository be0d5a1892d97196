"""The models of one server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy

from pytest_mlinfra.errors import FleetError
from pytest_mlinfra.fleet.journal import Journal
from pytest_mlinfra.fleet.models.model import Model
from pytest_mlinfra.fleet.models.served import ServedModel
from pytest_mlinfra.fleet.refusal import Refusal


class Models(Mapping[str, ServedModel]):
    """The models of one server, by name.

    Args:
        models: at least one; the first is the one meant where a request names none.
        journal: where the server writes what it saw; None for a new one.

    Attributes:
        journal: what the server saw, perhaps with what others saw.

    Raises:
        FleetError: there is none, or two have one name.
    """

    def __init__(self, models: Iterable[Model], journal: Journal | None = None) -> None:
        self.journal = Journal() if journal is None else journal
        self._models: dict[str, ServedModel] = {}
        for model in models:
            if model.name in self._models:
                raise FleetError(f"two models of one server are named {model.name!r}")
            self._models[model.name] = ServedModel(model)
        if not self._models:
            raise FleetError("a server needs at least one model")

    def __getitem__(self, name: str) -> ServedModel:
        return self._models[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def __len__(self) -> int:
        return len(self._models)

    @property
    def first(self) -> ServedModel:
        """The model that is meant where a request names none."""
        return next(iter(self._models.values()))

    def named(self, name: str) -> ServedModel:
        """The model of that name.

        Raises:
            Refusal: there is none.
        """
        model = self._models.get(name)
        if model is None:
            known = ", ".join(self._models)
            raise Refusal(
                "unknown model", f"no model is named {name!r}; there is {known}", where="model"
            )
        return model

    def only(self, name: str) -> Models:
        """The model of that name by itself: the same one at work, not another like it."""
        alone = copy(self)
        alone._models = {name: self._models[name]}  # noqa: SLF001 - its own class's
        return alone

    def start(self) -> None:
        """The server has started: so do the cold starts of its models."""
        for model in self._models.values():
            model.loading.start()

    @property
    def are_ready(self) -> bool:
        """Whether none is loading; one that is loaded on request does not count."""
        return all(model.loading.state != "loading" for model in self._models.values())
