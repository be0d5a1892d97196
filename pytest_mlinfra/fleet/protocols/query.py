"""The query of a request, by its names."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs

from pytest_mlinfra.fleet.http import Request
from pytest_mlinfra.fleet.refusal import Refusal


class Query:
    """What stands behind the question mark."""

    def __init__(self, request: Request) -> None:
        self._given = parse_qs(request.query, keep_blank_values=True)

    def text(self, name: str) -> str:
        """A text; empty if there is none."""
        return self._given.get(name, [""])[-1]

    def number(self, name: str, otherwise: int) -> int:
        """A whole number from 0 on.

        Args:
            name: its name.
            otherwise: the number if there is none.

        Raises:
            Refusal: it is none.
        """
        text = self._given.get(name, [str(otherwise)])[-1]
        if not text.isdecimal():
            raise Refusal(
                "bad request", f"{name}: a whole number from 0 on, not {text!r}", where=name
            )
        return int(text)

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of `choices`; the first if there is none.

        Raises:
            Refusal: it is none of them.
        """
        text = self._given.get(name, [choices[0]])[-1]
        if text not in choices:
            raise Refusal(
                "bad request", f"{name}: {' or '.join(choices)}, not {text!r}", where=name
            )
        return text
