"""A model from a table of a configuration file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from pytest_mlinfra.errors import ModelError
from pytest_mlinfra.fleet.complaints import explain
from pytest_mlinfra.fleet.models.behaviours import Calls, Canned, Echo, InTurn, Template
from pytest_mlinfra.fleet.models.model import Model, default_metadata
from pytest_mlinfra.fleet.models.replay import Replay
from pytest_mlinfra.fleet.models.rollout import Rollout
from pytest_mlinfra.fleet.models.seeded import Seeded
from pytest_mlinfra.fleet.models.serving import Serving
from pytest_mlinfra.fleet.models.tensors import TensorSpec

_Described = Echo | Canned | InTurn | Template | Seeded | Replay | Calls


class _ModelTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys of the table: those of `Model`."""

    name: str
    answers: _Described = Echo()
    serving: Serving = Serving()
    version: str = "1"
    inputs: tuple[TensorSpec, ...] = ()
    outputs: tuple[TensorSpec, ...] = ()
    embedding_size: int = 8
    context_length: int = 4096
    metadata: dict[str, Any] = msgspec.field(default_factory=default_metadata)
    rollout: Rollout = Rollout()
    api_key: str | None = None


def model_from_dict(table: Mapping[str, Any]) -> Model:
    """The model that `table` describes.

    Args:
        table: the arguments of `Model` by name. ``answers`` is a table with a ``kind``
            (``echo``, ``canned``, ``in-turn``, ``template``, ``seeded``, ``replay``,
            ``calls``) and what that one takes, ``serving`` and ``rollout`` are tables,
            ``inputs`` and ``outputs`` lists of tables.

    Raises:
        ModelError: something in it cannot be. The text names the key, such as
            ``serving.slots``.
    """
    try:
        described = msgspec.convert(dict(table), _ModelTable)
    except msgspec.ValidationError as error:
        raise ModelError(explain(str(error), _known())) from error
    return Model(**{name: getattr(described, name) for name in described.__struct_fields__})


def _known() -> set[str]:
    """Every key that one of the tables may have."""
    structs = (_ModelTable, Serving, TensorSpec, Rollout, *_Described.__args__)
    return {field for struct in structs for field in struct.__struct_fields__}
