"""Values on the wire: exact built-in types, copied; lists, dicts and sets kept in step.

A plain JSON value stands for itself. Everything else is an array that begins with a tag.

=====  ==========================================================================
tag    then follow
=====  ==========================================================================
``l``  a list: its token, its items; likewise ``d`` for a dict and ``s`` for a set
``m``  the token of a list, dict or set that both sides hold already
``t``  a tuple: its items; likewise ``f`` for a frozenset
``b``  bytes, in base64
``i``  an integer of more than 64 bits, in decimal
``n``  a float that JSON lacks: nan, inf or -inf
``u``  a string with lone surrogates, in hexadecimal
``k``  a value of a well-known class: its name, what it is made from
``c``  a value of a subclass of a built-in type: its name, fields, the plain value
``e``  a class of exceptions that both sides know: its name
``x``  an exception
``r``  something of the sender's own: its number, and at first its description
``o``  something of the receiver's own: its number
``p``  a pool like one of the sender's: its number, whether of processes, its size
=====  ==========================================================================
"""

from __future__ import annotations

import collections
from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol

import msgspec

from pytest_mlinfra.errors import BrokenRuleError
from pytest_mlinfra.runs.split.errors import CannotCrossError
from pytest_mlinfra.runs.split.failures import is_shared, shared_class
from pytest_mlinfra.runs.split.messages import Failure, Update, Wire
from pytest_mlinfra.runs.split.mirrors import MIRRORED, Mirrors
from pytest_mlinfra.runs.split.plain import KNOWN, KNOWN_BY_NAME, SCALAR_TAGS, SCALARS

_DEEPEST = 60
_BASES: tuple[type, ...] = (bool, int, float, str, bytes, list, dict, set, tuple, frozenset)


class Objects(Protocol):
    """Knows what is not plain data."""

    def refer(self, value: Any, encode: Callable[[Any], Wire]) -> Wire:
        """``r`` or ``o`` and what follows, for `value`."""
        ...

    def resolve(self, wire: list[Any], decode: Callable[[Wire], Any]) -> Any:
        """What ``r`` or ``o`` stands for."""
        ...

    def pack(self, error: BaseException, encode: Callable[[Any], Wire]) -> Failure:
        """An exception on the wire."""
        ...

    def unpack(self, failure: Failure, decode: Callable[[Wire], Any]) -> BaseException:
        """The exception that came over the wire."""
        ...


class Codec:
    """Puts values on the wire and takes them off it.

    Args:
        objects: knows what is not plain data.
        mirrors: the containers that both sides hold.
    """

    def __init__(self, objects: Objects, mirrors: Mirrors) -> None:
        self._objects = objects
        self.mirrors = mirrors
        self._subclasses: dict[tuple[str, type, tuple[str, ...]], type] = {}

    # Onto the wire.

    def encode(self, value: Any, depth: int = 0) -> Wire:
        """`value` on the wire.

        Raises:
            CannotCrossError: it has no form there.
        """
        if depth > _DEEPEST:
            raise CannotCrossError("a value is nested too deeply to be handed over")
        kind = type(value)
        if value is None or kind is bool or kind is TracebackType:
            return None if kind is TracebackType else value
        if kind in MIRRORED:
            return self._container(value, depth)
        if kind in SCALARS:
            return SCALARS[kind](value)
        if kind in (tuple, frozenset):
            tag = "t" if kind is tuple else "f"
            return [tag, [self.encode(item, depth + 1) for item in value]]
        if kind in KNOWN:
            apart, _ = KNOWN[kind]
            return ["k", kind.__name__, self.encode(apart(value), depth + 1)]
        return self._of_another_class(value, lambda each: self.encode(each, depth + 1))

    def _of_another_class(self, value: Any, encode: Callable[[Any], Wire]) -> Wire:
        if isinstance(value, type) and is_shared(value):
            return ["e", f"{value.__module__}.{value.__qualname__}"]
        if isinstance(value, BaseException):
            return ["x", msgspec.to_builtins(self._objects.pack(value, encode))]
        kind = type(value)
        for base in _BASES:
            if isinstance(value, base):
                fields = list(getattr(kind, "_fields", ())) if base is tuple else []
                return ["c", kind.__name__[:200], fields, encode(_plain(base, value))]
        return self._objects.refer(value, encode)

    def _container(self, value: Any, depth: int) -> Wire:
        token, is_new = self.mirrors.token(value)
        if not is_new:
            return ["m", token]
        content = self._content(value, depth)
        self._keep(token, value)
        return [MIRRORED[type(value)], token, content]

    def _keep(self, token: int, value: Any) -> None:
        """Remember how this side would tell what `value` holds, now that both know its items."""
        self.mirrors.keep(token, self._content(value))

    def _content(self, value: Any, depth: int = 0) -> Wire:
        if type(value) is dict:
            items = value.items()
            return [
                [self.encode(key, depth + 1), self.encode(each, depth + 1)] for key, each in items
            ]
        return [self.encode(item, depth + 1) for item in value]

    def updates(self) -> tuple[Update, ...]:
        """What has changed in the containers that both sides hold, since it was last told."""
        return tuple(
            Update(token, content) for token, content in self.mirrors.changes(self._content)
        )

    # Off the wire.

    def decode(self, wire: Wire) -> Any:
        """The value that `wire` stands for.

        Raises:
            BrokenRuleError: it stands for none.
        """
        if not isinstance(wire, list | tuple):
            if isinstance(wire, dict):
                raise BrokenRuleError("sent an object where a value was expected")
            return wire
        try:
            return self._tagged(list(wire))
        except BrokenRuleError:
            raise
        except RecursionError:
            raise BrokenRuleError("sent a value that is nested too deeply") from None
        except Exception as error:
            raise BrokenRuleError(f"sent what is no value: {error}") from error

    def _tagged(self, wire: list[Any]) -> Any:
        tag, *rest = wire
        match tag:
            case "l" | "d" | "s":
                return self._new_container(tag, *rest)
            case "m":
                return self.mirrors.get(*rest)
            case "t" | "f":
                (items,) = rest
                return (tuple if tag == "t" else frozenset)(self.decode(item) for item in items)
            case "k":
                name, parts = rest
                return KNOWN_BY_NAME[name](self.decode(parts))
            case "e":
                return shared_class(*rest)
            case "c":
                return self._of_subclass(*rest)
            case "x":
                failure = msgspec.convert(rest[0], Failure)
                return self._objects.unpack(failure, self.decode)
            case "r" | "o" | "p":
                return self._objects.resolve(wire, self.decode)
        return SCALAR_TAGS[tag](*rest)

    def _new_container(self, tag: str, token: int, content: list[Any]) -> Any:
        value: Any = {"l": list, "d": dict, "s": set}[tag]()
        # Known before its items are, since it may hold itself.
        self.mirrors.adopt(token, value)
        self._fill(value, content)
        self._keep(token, value)
        return value

    def apply(self, update: Update) -> None:
        """Bring a container that both sides hold up to date, in place.

        Raises:
            BrokenRuleError: no container has that token, or the content makes no sense.
        """
        value = self.mirrors.get(update.token)
        try:
            self._fill(value, update.content)
        except (TypeError, ValueError) as error:
            raise BrokenRuleError(f"sent what is no content: {error}") from error
        self._keep(update.token, value)

    def _fill(self, value: Any, content: Any) -> None:
        if type(value) is list:
            value[:] = [self.decode(item) for item in content]
        elif type(value) is dict:
            items = [(self.decode(key), self.decode(item)) for key, item in content]
            value.clear()
            value.update(items)
        else:
            items = [self.decode(item) for item in content]
            value.clear()
            value.update(items)

    def _of_subclass(self, name: str, fields: list[str], plain: Wire) -> Any:
        """A value of a subclass without code: equal to the plain value, and of another type."""
        value = self.decode(plain)
        base = type(value)
        if base not in _BASES or base is bool:
            return value
        key = (name, base, tuple(fields))
        if key not in self._subclasses:
            self._subclasses[key] = _subclass(name, fields, base)
        kind: Any = self._subclasses[key]
        return kind(*value) if fields else kind(value)


def _subclass(name: str, fields: list[str], base: type) -> type:
    """A class without code after `base`, with names for the items of a tuple."""
    safe = name if name.isidentifier() else "Subclass"
    if fields:
        # Its name and fields are known only now.
        return collections.namedtuple(safe, fields)  # noqa: PYI024
    return type(safe, (base,), {})


def _plain(base: Any, value: Any) -> Any:
    """The value of a subclass as one of `base`, without a method of the subclass."""
    if base is str:
        return str.__str__(value)
    if base in (list, tuple, set, frozenset):
        return base(base.__iter__(value))
    if base is dict:
        return dict(dict.items(value))
    return base.__add__(value, base())
