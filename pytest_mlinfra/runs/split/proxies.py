"""Stand-ins for what lives in the other process.

They are made from a description, which is a claim of the other side's; to believe it
harms nobody, since all that a proxy does is to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, cast

from pytest_mlinfra.errors import BrokenRuleError
from pytest_mlinfra.runs.split.exports import SPECIAL_METHODS
from pytest_mlinfra.runs.split.failures import shared_exception
from pytest_mlinfra.runs.split.messages import Wire


class Asker(Protocol):
    """The way to the other process."""

    def call(self, target: int, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Call something of the other side's."""
        ...

    def special(self, target: int, name: str, arguments: tuple[Any, ...]) -> Any:
        """Call a special method of something of the other side's."""
        ...

    def get(self, target: int, name: str) -> Any:
        """Read an attribute of something of the other side's."""
        ...

    def set(self, target: int, name: str, value: Any) -> None:
        """Set an attribute of something of the other side's."""
        ...

    def delete(self, target: int, name: str) -> None:
        """Delete an attribute of something of the other side's."""
        ...

    def drive(self, target: int) -> Coroutine[Any, Any, Any]:
        """Await something of the other side's."""
        ...


def function_proxy(asker: Asker, number: int, name: str, *, is_coroutine: bool) -> Any:
    """A function that calls the one with `number`."""
    proxy: Callable[..., Any]
    if is_coroutine:

        async def proxy(*arguments: Any, **options: Any) -> Any:
            return await asker.call(number, arguments, options)

    else:

        def proxy(*arguments: Any, **options: Any) -> Any:
            return asker.call(number, arguments, options)

    proxy.__name__ = proxy.__qualname__ = name
    return proxy


class RemoteObject:
    """An object that lives in the other process."""

    _mlinfra_asker: Asker
    _mlinfra_number: int
    _mlinfra_fields: tuple[str, ...] | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_mlinfra_"):
            raise AttributeError(name)
        return self._mlinfra_asker.get(self._mlinfra_number, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._mlinfra_asker.set(self._mlinfra_number, name, value)

    def __delattr__(self, name: str) -> None:
        self._mlinfra_asker.delete(self._mlinfra_number, name)

    def __eq__(self, other: object) -> bool:
        """Whether it is the same object; of data classes, whether their fields are equal.

        Never by a method of the answer's.
        """
        if self is other:
            return True
        fields = type(self)._mlinfra_fields
        if fields is None or type(other) is not type(self):
            return False
        return all(getattr(self, name) == getattr(other, name) for name in fields)

    def __hash__(self) -> int:
        return hash(self._mlinfra_number)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of the answer>"


class RemoteClass(type):
    """The class of remote objects of one class of the other side's."""

    _mlinfra_asker: Asker
    _mlinfra_number: int | None = None

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        """Make an object in the other process."""
        assert cls._mlinfra_number is not None
        return cls._mlinfra_asker.call(cls._mlinfra_number, arguments, options)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_mlinfra_") or cls._mlinfra_number is None:
            raise AttributeError(name)
        return cls._mlinfra_asker.get(cls._mlinfra_number, name)


def class_proxy(
    asker: Asker, number: int, description: dict[str, Any], bases: tuple[type, ...]
) -> type:
    """A class whose instances are remote objects.

    Args:
        asker: the way to the other process.
        number: the class's number.
        description: what `pytest_mlinfra.runs.split.exports.describe_class` says of it.
        bases: proxies of those of its bases that are the answer's own.
    """
    namespace: dict[str, Any] = {"_mlinfra_asker": asker}
    if description["fields"] is not None:
        namespace["_mlinfra_fields"] = tuple(map(str, description["fields"]))
    specials = [name for name in description["specials"] if name in SPECIAL_METHODS]
    namespace |= {name: _special(asker, name) for name in specials}
    proxy = RemoteClass(str(description["name"]), bases or (RemoteObject,), namespace)
    type.__setattr__(proxy, "_mlinfra_number", number)
    return proxy


def _special(asker: Asker, name: str) -> Callable[..., Any]:
    def method(self: RemoteObject, *arguments: Any) -> Any:
        number = object.__getattribute__(self, "_mlinfra_number")
        return asker.special(number, name, arguments)

    method.__name__ = name
    return method


def object_proxy(kind: type, number: int) -> RemoteObject:
    """An instance of the proxy of a class."""
    proxy = cast(RemoteObject, object.__new__(kind))
    object.__setattr__(proxy, "_mlinfra_number", number)
    return proxy


def exception_proxy(description: dict[str, Any]) -> type[BaseException]:
    """A class of exceptions without code of the answer's, after its nearest shared base."""
    base, name = shared_exception(tuple(description["kinds"]))
    return base if name is None else type(name, (base,), {})


def proxy_of(
    asker: Asker,
    number: int,
    kind: str,
    description: dict[str, Any],
    decode: Callable[[Wire], Any],
) -> Any:
    """A stand-in for something of the other side's, as it was described.

    Raises:
        BrokenRuleError: there are none of that kind.
    """
    match kind:
        case "class":
            bases = tuple(decode(base) for base in description["bases"])
            return class_proxy(asker, number, description, bases)
        case "exception":
            return exception_proxy(description)
        case "object":
            return object_proxy(decode(description["class"]), number)
        case "awaitable":
            coroutine: Any = asker.drive(number)
            coroutine.__name__ = coroutine.__qualname__ = str(description["name"])
            return coroutine
        case "function":
            is_coroutine = bool(description["coroutine"])
            name = str(description["name"])
            return function_proxy(asker, number, name, is_coroutine=is_coroutine)
        case _:
            raise BrokenRuleError(f"described a {kind}")
