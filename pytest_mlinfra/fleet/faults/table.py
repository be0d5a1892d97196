"""Faults from tables of a configuration file, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from pytest_mlinfra.errors import FaultError
from pytest_mlinfra.fleet.complaints import explain, suggest
from pytest_mlinfra.fleet.faults.fault import BASES, Fault


def fault_kinds() -> dict[str, type[Fault]]:
    """Every fault that there is, by its kind: those built in, and those of other plugins."""
    return {
        str(fault.__struct_config__.tag): fault
        for fault in _below(Fault)
        if fault not in BASES and not fault.__name__.startswith("_")
    }


def fault_from_dict(table: Mapping[str, Any]) -> Fault:
    """The fault that `table` describes.

    Args:
        table: under ``kind`` which fault it is, for instance ``empty-reply``, and its
            arguments by name.

    Raises:
        FaultError: something in it cannot be. The text names the key.
    """
    kinds = fault_kinds()
    kind = table.get("kind")
    if kind is None:
        raise FaultError(f"the key 'kind' is missing; there is {', '.join(sorted(kinds))}")
    fault = kinds.get(kind) if isinstance(kind, str) else None
    if fault is None:
        raise FaultError(f"'kind': no fault is called {kind!r}{suggest(str(kind), kinds)}")
    try:
        return msgspec.convert(dict(table), fault)
    except msgspec.ValidationError as error:
        # What the fields say of each other names the fault already.
        if isinstance(error.__cause__, FaultError):
            raise error.__cause__ from None
        raise FaultError(f"{kind}: {explain(str(error), fault.__struct_fields__)}") from None


def fault_to_dict(fault: Fault) -> dict[str, Any]:
    """The table that describes `fault`: its kind, and what differs from the defaults."""
    table: dict[str, Any] = msgspec.to_builtins(fault)
    return table


def _below(base: type[Fault]) -> Iterator[type[Fault]]:
    for derived in base.__subclasses__():
        yield derived
        yield from _below(derived)
