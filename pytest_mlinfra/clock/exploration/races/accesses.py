"""What a line of the code under test reads and writes that tasks may share.

Read off the source and the frame that is about to run the line: attributes of objects,
variables of enclosing functions and modules, and the contents of containers. Nothing of
the program is called for it, so a property or an expression in brackets stays unknown.
What is found here only says which orders are tried first.
"""

from __future__ import annotations

import ast
import asyncio
import functools
import linecache
from collections import deque
from collections.abc import Hashable, Iterator
from types import FrameType, ModuleType
from typing import NamedTuple

_CONTAINERS = (list, dict, set, deque, bytearray)
_PRIMITIVES = (
    asyncio.Condition,
    asyncio.Event,
    asyncio.Future,
    asyncio.Lock,
    asyncio.Queue,
    asyncio.Semaphore,
)
# Methods of both that change nothing.
_QUESTIONS = frozenset(
    {"copy", "count", "done", "empty", "full", "get", "index", "is_set", "items", "keys"}
    | {"locked", "qsize", "values"}
)
_BY_KEY = frozenset({"get", "pop", "setdefault"})
_UNKNOWN = object()


class Access(NamedTuple):
    """One access.

    Attributes:
        what: the same for accesses of the same thing.
        called: what the line calls it.
        is_write: whether the thing may be changed.
        is_guarded: whether the thing is made for tasks to share, as a lock is.
    """

    what: Hashable
    called: str
    is_write: bool
    is_guarded: bool = False


class _Use(NamedTuple):
    """An expression in the source, and how it is used."""

    expression: ast.expr
    is_write: bool
    is_called_on: bool = False


def accesses(frame: FrameType) -> Iterator[Access]:
    """What the line that `frame` is at touches."""
    for use in _uses(frame.f_code.co_filename).get(frame.f_lineno, ()):
        yield from _resolved(use, frame)


@functools.lru_cache(maxsize=256)
def _uses(path: str) -> dict[int, list[_Use]]:
    """The uses on every line of a file."""
    uses: dict[int, list[_Use]] = {}
    try:
        tree = ast.parse("".join(linecache.getlines(path)))
    except SyntaxError:
        return uses
    for node in ast.walk(tree):
        for use in _uses_in(node):
            uses.setdefault(use.expression.lineno, []).append(use)
    return uses


def _uses_in(node: ast.AST) -> Iterator[_Use]:
    match node:
        case ast.Attribute() | ast.Name() | ast.Subscript():
            yield _Use(node, not isinstance(node.ctx, ast.Load))
        case ast.AugAssign(target=target):
            yield _Use(target, is_write=False)
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=[key, *_]) if (
            name in _BY_KEY
        ):
            item = ast.copy_location(ast.Subscript(owner, key, ast.Load()), node)
            yield _Use(item, name not in _QUESTIONS)
        case ast.Call(func=ast.Attribute(value=owner, attr=name)):
            yield _Use(owner, name not in _QUESTIONS, is_called_on=True)
        case ast.AsyncWith(items=items):
            yield from (_Use(each.context_expr, is_write=True, is_called_on=True) for each in items)


def _resolved(use: _Use, frame: FrameType) -> Iterator[Access]:
    """Which things a use concerns, in the frame at hand."""
    expression, is_write, is_called_on = use
    name = ast.unparse(expression)
    if isinstance(expression, ast.Subscript):
        yield from _item(expression, name, is_write, frame)
        return
    value = _value(expression, frame)
    if isinstance(value, _CONTAINERS) and (is_called_on or not is_write):
        yield Access(("contents", id(value)), name, is_write)
    if is_called_on:
        if isinstance(value, _PRIMITIVES):
            yield Access(("primitive", id(value)), name, is_write, is_guarded=True)
    elif isinstance(expression, ast.Attribute):
        owner = _value(expression.value, frame)
        if owner is not _UNKNOWN and not isinstance(owner, ModuleType | type):
            yield Access(("attribute", id(owner), expression.attr), name, is_write)
    elif isinstance(expression, ast.Name):
        yield from _variable(name, is_write, frame)


def _variable(name: str, is_write: bool, frame: FrameType) -> Iterator[Access]:
    code = frame.f_code
    if name in code.co_freevars or name in code.co_cellvars:
        yield Access(("variable", name), name, is_write)
    elif is_write and name not in code.co_varnames:
        yield Access(("global", code.co_filename, name), name, is_write)


def _item(
    expression: ast.Subscript, name: str, is_write: bool, frame: FrameType
) -> Iterator[Access]:
    container, key = _value(expression.value, frame), _value(expression.slice, frame)
    if not isinstance(container, _CONTAINERS):
        return
    contents = ("contents", id(container))
    if not isinstance(key, str | int):
        yield Access(contents, name, is_write)
        return
    yield Access(("item", id(container), key), name, is_write)
    if is_write and isinstance(container, dict) and not dict.__contains__(container, key):
        yield Access(contents, name, is_write=True)


def _value(expression: ast.expr, frame: FrameType) -> object:
    """What an expression stands for, as far as can be told without running anything."""
    match expression:
        case ast.Name(id=name):
            return frame.f_locals.get(name, frame.f_globals.get(name, _UNKNOWN))
        case ast.Attribute(value=owner, attr=name):
            return _attributes(_value(owner, frame)).get(name, _UNKNOWN)
        case ast.Constant(value=value):
            return value
        case _:
            return _UNKNOWN


def _attributes(value: object) -> dict[str, object]:
    """The attributes that `value` itself holds."""
    try:
        # Past whatever its class does for those who ask politely.
        attributes = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return attributes if isinstance(attributes, dict) else {}
