"""Sentences about what was asked, and in which order.

A request is named by any of its model, method and path, in that order: ``resnet``,
``GET /health``, ``resnet POST /predict``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import msgspec

from pytest_mlinfra.fleet.exchange import Exchange
from pytest_mlinfra.fleet.expectations.claim import Claim
from pytest_mlinfra.fleet.expectations.words import counted, listed

_MISSING = object()
_MOST_LETTERS = 200


class Contents(Claim):
    """What was asked."""

    def requests(self, wanted: Sequence[str]) -> Self:
        """They are exactly these, in this order of arrival.

        Example::

            journal.expect().requests(["GET /health", "POST /predict"])

        Raises:
            ExpectationError: one is another, missing, or too many.
        """
        __tracebackhide__ = True
        for place, (name, exchange) in enumerate(
            zip(wanted, self._exchanges, strict=False), start=1
        ):
            self._unless(
                _fits(name, exchange),
                f"expected {name} as number {place} of {counted(len(wanted), self._noun)}, "
                f"saw {_like(name, exchange)}",
            )
        seen, expected = len(self._exchanges), len(wanted)
        missing = f"{listed(wanted[seen:])} did not come"
        surplus = f"{listed(map(_name, self._exchanges[expected:]))} came besides"
        return self._unless(
            seen == expected,
            f"expected {counted(expected, self._noun)}, saw {seen or 'none'}: "
            f"{missing if seen < expected else surplus}",
        )

    def in_order(self, wanted: Sequence[str]) -> Self:
        """These came in this order, whatever came between them.

        Example::

            journal.expect().in_order(["bert", "resnet POST /predict"])

        Raises:
            ExpectationError: one did not come after those before it.
        """
        __tracebackhide__ = True
        rest = iter(self._exchanges)
        for place, name in enumerate(wanted):
            found = any(_fits(name, exchange) for exchange in rest)
            before = f" after {listed(wanted[:place])}" if place else ""
            order = ", in this order," if place > 1 else ","
            self._unless(found, f"expected {name}{before}{order} and none came")
        return self

    def bodies(self, wanted: Sequence[Any]) -> Self:
        """The JSON of their bodies is this, in order of arrival; None is for no body.

        Raises:
            ExpectationError: one is another, or there are more or fewer.
            FleetError: a body is not valid JSON, or was not kept.
        """
        __tracebackhide__ = True
        seen = self._exchanges.bodies
        for place in range(max(len(seen), len(wanted))):
            mine = wanted[place] if place < len(wanted) else _MISSING
            theirs = seen[place] if place < len(seen) else _MISSING
            self._unless(
                mine == theirs,
                f"expected {_body(mine)}\nas the body of number {place + 1} of the {self._noun}, "
                f"saw {_body(theirs)}",
            )
        return self

    def header(self, name: str, value: str) -> Self:
        """Each has this header.

        Raises:
            ExpectationError: one has it not, or with another value.
        """
        __tracebackhide__ = True
        for place, exchange in enumerate(self._exchanges, start=1):
            seen = exchange.request.headers.get(name.lower())
            self._unless(
                seen == value,
                f"expected the header {name}: {value} on {self._all}, "
                f"saw {'none' if seen is None else seen} on number {place}",
            )
        return self


def _fits(name: str, exchange: Exchange) -> bool:
    """Whether `name` names `exchange`."""
    *words, last = name.split(" ")
    if last.startswith("/"):
        target = exchange.target if "?" in last else exchange.path
        return target == last and " ".join(words) in (
            "",
            exchange.method,
            exchange.model,
            f"{exchange.model} {exchange.method}",
        )
    return name in (exchange.model, exchange.method, f"{exchange.model} {exchange.method}")


def _like(name: str, exchange: Exchange) -> str:
    """What `exchange` is called, with a model only if `name` has one."""
    if "/" not in name:
        return exchange.method if name.isupper() else exchange.model
    asks_for_model = not name.startswith("/") and not name.partition(" ")[0].isupper()
    return f"{exchange.model} {_name(exchange)}" if asks_for_model else _name(exchange)


def _name(exchange: Exchange) -> str:
    return f"{exchange.method} {exchange.target}"


def _body(content: object) -> str:
    if content is _MISSING:
        return "none"
    text = msgspec.json.encode(content).decode()
    if len(text) <= _MOST_LETTERS:
        return text
    return f"{text[:_MOST_LETTERS]}... ({len(text):,} characters)"
