"""What one process lets the other refer to, and how it is described there."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

from pytest_mlinfra.errors import BrokenRuleError
from pytest_mlinfra.runs.split.errors import CannotCrossError

MOST_EXPORTS = 20_000
# Special methods that are looked up on the class, and so have to be there on a proxy's.
SPECIAL_METHODS = (
    "__aenter__",
    "__aexit__",
    "__aiter__",
    "__anext__",
    "__bool__",
    "__call__",
    "__contains__",
    "__delitem__",
    "__enter__",
    "__exit__",
    "__getitem__",
    "__iter__",
    "__len__",
    "__next__",
    "__setitem__",
)


class Exports:
    """Numbers the objects that the other process may name.

    Args:
        first: the first number.
        only_callables: whether nothing but callables and awaitables may be given away:
            who can name an object of the tests could reach all of them through it.
    """

    def __init__(self, first: int = 1, *, only_callables: bool) -> None:
        self._first = first
        self._only_callables = only_callables
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}

    def kind_of(self, value: Any) -> str:
        """What kind of proxy `value` needs."""
        kind = kind_of(value)
        # Of an object of the tests', such as a mock, the other side may only call.
        return "function" if kind == "object" and self._only_callables else kind

    def number(self, value: Any) -> tuple[int, bool]:
        """The number of `value`, and whether it is new.

        Raises:
            CannotCrossError: it may not be given away.
        """
        known = self._numbers.get(id(value))
        if known is not None:
            return known, False
        if self._only_callables and not (
            inspect.isroutine(value) or inspect.isawaitable(value) or callable(value)
        ):
            raise CannotCrossError(
                f"a {type(value).__name__} cannot be handed to an answer that is graded in a "
                "process of its own: plain data and callables can"
            )
        if len(self._objects) >= MOST_EXPORTS:
            raise BrokenRuleError(f"gave away more than {MOST_EXPORTS} objects")
        number = self._first + len(self._objects)
        self._objects[number] = value
        self._numbers[id(value)] = number
        return number, True

    def get(self, number: int) -> Any:
        """The object with that number.

        Raises:
            BrokenRuleError: none has it.
        """
        try:
            return self._objects[number]
        except KeyError:
            raise BrokenRuleError("spoke of something that it was never given") from None


def kind_of(value: Any) -> str:
    """What sort of proxy `value` needs."""
    if isinstance(value, type):
        return "class"
    if inspect.iscoroutine(value) or inspect.isawaitable(value):
        return "awaitable"
    if inspect.isroutine(value):
        return "function"
    return "object"


def describe_function(value: Any) -> dict[str, Any]:
    """What a proxy of a function, a method or an awaitable has to know."""
    # Of a mock, the name is anything.
    name = getattr(value, "__name__", None)
    name = name if isinstance(name, str) else type(value).__name__
    return {"name": name[:200], "coroutine": inspect.iscoroutinefunction(value)}


def describe_class(value: type) -> dict[str, Any]:
    """What a proxy of a class has to know, but for its bases."""
    fields = None
    if dataclasses.is_dataclass(value):
        fields = [each.name for each in dataclasses.fields(value)]
    return {
        "name": value.__name__[:200],
        "specials": [name for name in SPECIAL_METHODS if _defines(value, name)],
        "fields": fields,
    }


def _defines(kind: type, name: str) -> bool:
    """Whether instances of `kind` have a method, which a metaclass does not give them."""
    return any(name in vars(each) for each in kind.__mro__)
