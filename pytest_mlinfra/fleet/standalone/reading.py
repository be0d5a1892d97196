"""From a ``fleet.toml`` to what it says, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from pytest_mlinfra.errors import FleetFileError, MlinfraError
from pytest_mlinfra.fleet.faults import Fault, RequestFault, fault_from_dict
from pytest_mlinfra.fleet.models import Model, model_from_dict
from pytest_mlinfra.fleet.standalone.config import (
    AdminTable,
    FleetConfig,
    FleetTable,
    Hosted,
    PlaceTable,
)
from pytest_mlinfra.fleet.standalone.problems import Problems, in_words

_Table = TypeVar("_Table", bound=msgspec.Struct)
# What a table of a model has besides what the model itself takes.
_PLACE = set(PlaceTable.__struct_fields__)


def read_fleet(path: Path) -> FleetConfig:
    """The fleet that a file describes. Opens no socket.

    Args:
        path: a TOML file.

    Raises:
        FleetFileError: the file cannot be read, or something in it cannot be. It lists
            all that was found, each with file, line and column.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FleetFileError([f"{path}: this is not a text in UTF-8"]) from error
    except FileNotFoundError as error:
        raise FleetFileError([f"{path}: there is no such file"]) from error
    except OSError as error:
        raise FleetFileError([f"{path}: {error.strerror}"]) from error
    problems = Problems(path, text)
    return _Reading(path, problems.decoded(), problems).config()


class _Reading:
    def __init__(self, path: Path, document: Mapping[str, Any], problems: Problems) -> None:
        self._path = path
        self._document = document
        self._problems = problems

    def config(self) -> FleetConfig:
        own = {key: value for key, value in self._document.items() if key != "models"}
        known = {*FleetTable.__struct_fields__, *AdminTable.__struct_fields__, "models"}
        fleet = self._converted(own, FleetTable, (), known) or FleetTable()
        models = tuple(self._models())
        self._problems.raise_if_any()
        config = FleetConfig(self._path, fleet, models)
        self._check_together(config)
        self._problems.raise_if_any()
        return config

    def _models(self) -> Iterator[Hosted]:
        tables = self._document.get("models", [])
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            self._problems.add(("models",), "each model is a table of its own: [[models]]")
            return
        if not tables:
            self._problems.add((), "a fleet needs at least one model: [[models]]")
        for place, table in enumerate(tables):
            yield self._hosted(place, table)

    def _hosted(self, place: int, table: Mapping[str, Any]) -> Hosted:
        where = ("models", place)
        name = table.get("name")
        about = f"model {name!r}: " if isinstance(name, str) else ""
        outside = {key: value for key, value in table.items() if key in _PLACE}
        held = self._converted(outside, PlaceTable, where, (), about)
        faults = tuple(self._faults(place, table.get("faults", []), about))
        inside = {key: value for key, value in table.items() if key not in {*_PLACE, "faults"}}
        try:
            model = model_from_dict(self._beside_the_file(inside))
        except MlinfraError as error:
            self._problems.add(where, str(error), about=about)
            model = Model(f"number {place}")  # never served: the problem is raised
        held = held or PlaceTable()
        if held.tls and held.port is None:
            complaint = "'tls' is for a port of its own; the fleet has a 'tls' for the shared one"
            self._problems.add(where, complaint, about=about)
        return Hosted(model, held.port, held.tls, faults)

    def _beside_the_file(self, table: dict[str, Any]) -> dict[str, Any]:
        """`table` with the path of a recorded conversation as seen from the file."""
        answers = table.get("answers")
        if isinstance(answers, dict) and isinstance(answers.get("path"), str):
            return {
                **table,
                "answers": answers | {"path": str(self._path.parent / answers["path"])},
            }
        return table

    def _faults(self, place: int, tables: Any, about: str) -> Iterator[Fault]:
        where = ("models", place, "faults")
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            complaint = "each fault is a table of its own: [[models.faults]]"
            self._problems.add(where, complaint, about=about)
            return
        for number, table in enumerate(tables):
            try:
                yield fault_from_dict(table)
            except MlinfraError as error:
                self._problems.add((*where, number), str(error), about=about)

    def _check_together(self, config: FleetConfig) -> None:
        """Hold the models to each other."""
        names: set[str] = set()
        ports: dict[int, str] = {config.fleet.port: "the fleet"} if config.shared else {}
        for place, hosted in enumerate(config.models):
            where, name = ("models", place), hosted.model.name
            if name in names:
                self._problems.add((*where, "name"), f"a second model is named {name!r}")
            names.add(name)
            if hosted.port and hosted.port in ports:
                taken = f"{ports[hosted.port]} has port {hosted.port} already"
                self._problems.add((*where, "port"), taken, about=f"model {name!r}: ")
            if hosted.port:
                ports[hosted.port] = repr(name)
            if hosted.port is None and len(config.shared) > 1:
                self._check_shared(place, hosted)

    def _check_shared(self, place: int, hosted: Hosted) -> None:
        for number, fault in enumerate(hosted.faults):
            if not isinstance(fault, RequestFault):
                self._problems.add(
                    ("models", place, "faults", number),
                    f"the fault {fault.kind} befalls a whole port; "
                    f"give the model {hosted.model.name} a port of its own",
                )

    def _converted(
        self,
        table: Mapping[str, Any],
        kind: type[_Table],
        where: tuple[str | int, ...],
        known: set[str] | tuple[str, ...],
        about: str = "",
    ) -> _Table | None:
        try:
            return msgspec.convert(table, kind)
        except msgspec.ValidationError as error:
            self._problems.add(where, in_words(str(error), known), about=about)
            return None
