"""Exceptions on the wire: by the class that both sides know, never by code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, cast

from pytest_mlinfra.katas.frames import PLACES_ATTRIBUTE, places_of
from pytest_mlinfra.places import Place
from pytest_mlinfra.runs.split import messages
from pytest_mlinfra.runs.split.errors import CannotCrossError
from pytest_mlinfra.runs.split.messages import Failure

# Modules whose exceptions are the same on both sides.
_SHARED = frozenset(
    {
        "asyncio.exceptions",
        "asyncio.queues",
        "builtins",
        "concurrent.futures._base",
        "dataclasses",
        "httpx",
        "json.decoder",
    }
)
# They would end the process that they are raised in, or its session.
_TERMINAL = (KeyboardInterrupt, GeneratorExit)
_LONGEST_TEXT = 4_000
_MOST_PLACES = 20


class InterruptedAnswerError(Exception):
    """The answer raised KeyboardInterrupt."""


def pack(error: BaseException, files: Collection[Path], encode: Callable[[Any], Any]) -> Failure:
    """`error` on the wire.

    Args:
        error: the exception.
        files: the learner's files, of which the lines that it came through are kept.
        encode: puts a value on the wire.
    """

    def encoded(value: Any) -> Any:
        try:
            return encode(value)
        except CannotCrossError:
            return str(value)[:_LONGEST_TEXT]

    kinds = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
    group = error.exceptions if isinstance(error, BaseExceptionGroup) else None
    arguments = (error.message,) if isinstance(error, BaseExceptionGroup) else error.args
    own = {name: value for name, value in vars(error).items() if not name.startswith("_")}
    return Failure(
        kinds=tuple(name[:200] for name in kinds[:20]),
        arguments=[encoded(value) for value in arguments],
        text=_text(error),
        attributes={str(name)[:200]: encoded(value) for name, value in list(own.items())[:20]},
        places=tuple(
            messages.Place(str(place.path), place.line, place.function)
            for place in list(places_of(error, files))[:_MOST_PLACES]
        ),
        group=tuple(pack(each, files, encode) for each in group) if group else None,
    )


def unpack(
    failure: Failure, files: Collection[Path], decode: Callable[[Any], Any]
) -> BaseException:
    """The exception that `failure` tells of, made anew.

    Its class is the innermost one that both sides know; a class of the answer's own
    becomes an empty subclass of that. Neither runs code of the answer's.
    """
    shared, own_name = shared_exception(failure.kinds)
    kind = shared if own_name is None else type(own_name, (shared,), {})
    if issubclass(kind, BaseExceptionGroup):
        inner = [unpack(each, files, decode) for each in failure.group or ()]
        inner = inner or [RuntimeError(failure.text)]
        error: BaseException = BaseExceptionGroup(failure.text.partition(" (")[0], inner)
    else:
        # Its own way of being made may ask for anything; its arguments come next.
        error = cast(BaseException, kind.__new__(kind))
        arguments = [decode(value) for value in failure.arguments or ()]
        error.args = tuple(arguments)
        if own_name is not None and str(error) != failure.text:
            error.args = (failure.text,)
        for name, value in failure.attributes.items():
            if name.isidentifier() and not name.startswith("_"):
                # An attribute that its class keeps to itself is not worth a failure.
                try:
                    setattr(error, name, decode(value))
                except (AttributeError, TypeError):
                    continue
    known = {str(path): path for path in files}
    places = [
        Place(known[place.path], place.line, place.function)
        for place in failure.places
        if place.path in known
    ]
    setattr(error, PLACES_ATTRIBUTE, places)
    return error


def is_shared(kind: type) -> bool:
    """Whether `kind` is a class of exceptions that both sides know."""
    name = f"{kind.__module__}.{kind.__qualname__}"
    return issubclass(kind, BaseException) and _known(name) is kind


def shared_class(name: str) -> type[BaseException]:
    """The class of exceptions that both sides know by that name.

    Raises:
        KeyError: there is none.
    """
    found = _known(name)
    if found is None:
        raise KeyError(name)
    return found


def shared_exception(kinds: tuple[str, ...]) -> tuple[type[BaseException], str | None]:
    """The innermost class of `kinds` that both sides know, and the answer's own name for it."""
    own = kinds[0].rpartition(".")[2]
    own_name = own if own.isidentifier() else "AnswerError"
    for name in kinds:
        found = _known(name)
        if found is not None:
            is_own = name != kinds[0]
            if issubclass(found, _TERMINAL):
                found = InterruptedAnswerError
            return found, own_name if is_own else None
    return RuntimeError, own_name


def _known(name: str) -> type[BaseException] | None:
    module, _, attribute = name.rpartition(".")
    found = getattr(sys.modules.get(module), attribute, None) if module in _SHARED else None
    return found if isinstance(found, type) and issubclass(found, BaseException) else None


def _text(error: BaseException) -> str:
    try:
        return str(error)[:_LONGEST_TEXT]
    except Exception:  # noqa: BLE001 - whatever the answer's own __str__ does
        return type(error).__name__
