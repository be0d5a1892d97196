"""Lists, dicts and sets that both processes hold, and that have to stay the same.

In one process, whoever holds a list sees every change of it. A copy would hide that an
answer changes its input, or hands out the same list twice. Since only one process runs
at any moment, it is enough that each tells with every message what it has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pytest_mlinfra.errors import BrokenRuleError
from pytest_mlinfra.runs.split.messages import Wire

MOST_MIRRORS = 20_000
# The mirrored types and their tags on the wire.
MIRRORED: dict[type, str] = {list: "l", dict: "d", set: "s"}


class Mirrors:
    """The containers that both sides hold, by a token that both know.

    Args:
        parity: 0 or 1; tells the tokens that this side gives from the other side's.
    """

    def __init__(self, parity: int) -> None:
        self._next = parity
        self._values: dict[int, Any] = {}
        self._tokens: dict[int, int] = {}
        self._contents: dict[int, Wire] = {}

    def token(self, value: Any) -> tuple[int, bool]:
        """The token of `value`, and whether it is new to the other side."""
        known = self._tokens.get(id(value))
        if known is not None:
            return known, False
        token = self._next
        self._next += 2
        self.adopt(token, value)
        return token, True

    def adopt(self, token: int, value: Any) -> None:
        """Remember `value` under a token.

        Raises:
            BrokenRuleError: the token is in use, or there are too many.
        """
        if token in self._values:
            raise BrokenRuleError("used the token of one container for another")
        if len(self._values) >= MOST_MIRRORS:
            raise BrokenRuleError(f"handed over more than {MOST_MIRRORS} lists, dicts and sets")
        self._values[token] = value
        self._tokens[id(value)] = token

    def keep(self, token: int, content: Wire) -> None:
        """Remember what the other side holds under a token."""
        self._contents[token] = content

    def get(self, token: int) -> Any:
        """The container with that token.

        Raises:
            BrokenRuleError: there is none.
        """
        try:
            return self._values[token]
        except (KeyError, TypeError):
            raise BrokenRuleError("spoke of a container that it was never given") from None

    def changes(self, encode: Callable[[Any], Wire]) -> Iterator[tuple[int, Wire]]:
        """The tokens whose containers have changed, and their new contents."""
        for token, value in list(self._values.items()):
            content = encode(value)
            if content != self._contents.get(token):
                self._contents[token] = content
                yield token, content
