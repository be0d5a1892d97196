"""The faults that are in place at a server."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, MutableSequence
from dataclasses import dataclass
from typing import TypeVar, overload

from pytest_mlinfra.errors import FaultError
from pytest_mlinfra.fleet.faults.fault import ConnectionFault, Fault, RequestFault
from pytest_mlinfra.fleet.faults.moment import Moment, Record
from pytest_mlinfra.fleet.http import Request

_Kind = TypeVar("_Kind", bound=Fault)
_RequestKind = TypeVar("_RequestKind", bound=RequestFault)
_ConnectionKind = TypeVar("_ConnectionKind", bound=ConnectionFault)


@dataclass(eq=False, slots=True)
class Placed:
    """A fault in its place, and what it has met so far."""

    fault: Fault
    record: Record


class Faults(MutableSequence[Fault]):
    """A list of faults, outermost first, that may be changed at any time.

    Args:
        faults: those to begin with.

    Raises:
        FaultError: something else than a fault is put into it.
    """

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._placed: list[Placed] = []
        self._on_change: Callable[[], None] | None = None
        self.extend(faults)

    # What a list has.

    @overload
    def __getitem__(self, index: int) -> Fault: ...
    @overload
    def __getitem__(self, index: slice) -> list[Fault]: ...
    def __getitem__(self, index: int | slice) -> Fault | list[Fault]:
        if isinstance(index, slice):
            return [placed.fault for placed in self._placed[index]]
        return self._placed[index].fault

    @overload
    def __setitem__(self, index: int, value: Fault) -> None: ...
    @overload
    def __setitem__(self, index: slice, value: Iterable[Fault]) -> None: ...
    def __setitem__(self, index: int | slice, value: Fault | Iterable[Fault]) -> None:
        if isinstance(index, slice):
            self._placed[index] = [self._place(fault) for fault in _several(value)]
        else:
            self._placed[index] = self._place(value)
        self._changed()

    def __delitem__(self, index: int | slice) -> None:
        del self._placed[index]
        self._changed()

    def __len__(self) -> int:
        return len(self._placed)

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Faults | list) else NotImplemented

    __hash__ = None  # type: ignore[assignment] # what changes cannot be a key

    def __repr__(self) -> str:
        return repr(list(self))

    def insert(self, index: int, value: Fault) -> None:
        """Put a fault in place before the one at `index`."""
        self._placed.insert(index, self._place(value))
        self._changed()

    def replace(self, *faults: Fault) -> None:
        """Put `faults` in the place of all that there are."""
        self[:] = faults

    @contextlib.contextmanager
    def during(self, *faults: Fault) -> Iterator[None]:
        """Have `faults` in place, outermost, while the ``with`` block runs."""
        added = [self._place(fault) for fault in faults]
        self._placed[:0] = added
        self._changed()
        try:
            yield
        finally:
            self._placed = [placed for placed in self._placed if placed not in added]
            self._changed()

    def _place(self, fault: object) -> Placed:
        if not isinstance(fault, Fault):
            hint = f"; give {fault.__name__}(...)" if isinstance(fault, type) else ""
            raise FaultError(f"{fault!r} is no fault{hint}")
        return Placed(fault, Record(self._now()))

    # What a server needs.

    def start(self, on_change: Callable[[], None]) -> None:
        """The server has started: for every fault, time and numbers begin.

        Args:
            on_change: called whenever faults are added or removed.
        """
        self._on_change = on_change
        for placed in self._placed:
            placed.record.restart(self._now())

    def stop(self) -> None:
        """The server has stopped."""
        self._on_change = None

    def of_kind(self, kind: type[_Kind]) -> Iterator[tuple[_Kind, Record]]:
        """The faults of a kind that are due now, outermost first."""
        for placed in self._placed:
            fault = placed.fault
            if isinstance(fault, kind) and fault.is_due(placed.record.elapsed):
                yield fault, placed.record

    def befalling(
        self, kind: type[_RequestKind], request: Request, model: str
    ) -> list[tuple[_RequestKind, Moment]]:
        """The faults of a kind that befall a request which has just arrived."""
        if not self._placed:
            return []
        met = [
            (fault, Moment(record, chance_of(fault, model), request))
            for fault, record in self.of_kind(kind)
            if fault.matches(request, model)
        ]
        return [each for each in met if each[0].picks(each[1])]

    def befalling_connection(
        self, kind: type[_ConnectionKind], server: str
    ) -> list[tuple[_ConnectionKind, Moment]]:
        """The faults of a kind that befall a connection to `server` that has just been made."""
        met = [
            (fault, Moment(record, chance_of(fault, server)))
            for fault, record in self.of_kind(kind)
        ]
        return [each for each in met if each[0].picks(each[1])]

    def next_change(self, kind: type[Fault]) -> float | None:
        """In how many seconds the next fault of a kind comes or goes by itself; None: never."""
        waits = []
        for placed in self._placed:
            if isinstance(placed.fault, kind):
                elapsed = placed.record.elapsed
                waits += [when - elapsed for when in placed.fault.edges if when > elapsed]
        return min(waits, default=None)

    def _changed(self) -> None:
        if self._on_change is not None:
            self._on_change()

    def _now(self) -> float | None:
        return None if self._on_change is None else asyncio.get_running_loop().time()


def _several(value: Fault | Iterable[Fault]) -> Iterable[Fault]:
    if isinstance(value, Fault):
        raise FaultError(f"several places are to be filled by one fault; give [{value!r}]")
    return value


def chance_of(fault: Fault, name: str) -> str:
    """What the chance of `fault` depends on: two faults, or two models, do not share theirs."""
    return f"{name}/{fault!r}"
