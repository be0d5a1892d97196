"""Tasks that were cancelled, and went on as if nothing had been said."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import linecache
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any
from weakref import WeakSet, ref

from pytest_mlinfra.clock.blame import Blame, definition, is_library
from pytest_mlinfra.clock.finding import Finding, quoted
from pytest_mlinfra.clock.leaks.leak import Leak
from pytest_mlinfra.clock.leaks.tasks import Tasks, name_of
from pytest_mlinfra.places import Place

CANCELLATION_SWALLOWED = "cancellation-swallowed"
_ADVICE = "after the clean-up, let the CancelledError go on: raise"
# Whoever else cancels a task is not its supervisor, but wants to interrupt it.
_KNOWN = frozenset({"asyncio", "pytest_mlinfra"})
_CATCHES_IT = frozenset({"BaseException", "CancelledError"})


class SwallowedCancellations:
    """Finds the tasks that ended well although they had been cancelled.

    Args:
        tasks: the tasks.
        blame: whose coroutines are looked at: what a library's does is for the library.
    """

    def __init__(self, tasks: Tasks, blame: Blame) -> None:
        self._tasks = tasks
        self._blame = blame
        self._cancelled: WeakSet[asyncio.Task[Any]] = WeakSet()

    def start(self) -> None:
        """Begin to listen to whoever cancels a task."""
        self._tasks.listeners.append(self._listen)

    def stop(self) -> None:
        """Listen to no further task."""
        self._tasks.listeners.remove(self._listen)

    def leaks(self) -> Iterator[Leak]:
        """The tasks whose cancellation was swallowed, each at the line that did so."""
        for task, born in self._tasks.births.left:
            code = getattr(task.get_coro(), "cr_code", None)
            if (
                task in self._cancelled
                and code is not None
                and self._blame.owns(code)
                and _went_on(task)
            ):
                yield Leak(
                    Finding(
                        id=CANCELLATION_SWALLOWED,
                        headline=f"The task {name_of(task)} was cancelled, and went on to "
                        "end as if it had not been.",
                        place=swallowing_line(code) or definition(code),
                        advice=_ADVICE,
                        evidence=(f"it was started at {quoted(born)}",),
                        subject=name_of(task),
                        explains_failure=True,
                    )
                )

    def _listen(self, task: asyncio.Task[Any]) -> None:
        """Keep in mind when `task` is cancelled by somebody who means it."""
        weakly = ref(task)

        def cancel(msg: object = None) -> bool:
            frame = sys._getframe(1)  # noqa: SLF001 - the one way to know who cancels
            cancelled = weakly()
            # Only called as a method of the task, so it is there.
            assert cancelled is not None
            if not _interrupts_itself(frame):
                self._cancelled.add(cancelled)
            return type(cancelled).cancel(cancelled, msg)

        # A task that keeps no attributes of others is left alone.
        with contextlib.suppress(AttributeError):
            task.cancel = cancel  # type: ignore[method-assign]


def _interrupts_itself(frame: FrameType) -> bool:
    """Whether a task is cancelled only in order to leave a block of its own.

    Time-outs and task groups do that, also those of other libraries. They take the
    cancellation back afterwards, but not always: before Python 3.13 a task group of
    asyncio may forget it.
    """
    match frame.f_globals.get("__name__"):
        case "asyncio.timeouts":
            return True
        case "asyncio.taskgroups":
            return frame.f_code.co_name != "_abort"
        case str(module):
            is_known = module.partition(".")[0] in _KNOWN
            return is_library(frame.f_code.co_filename) and not is_known
        case _:
            return False


def _went_on(task: asyncio.Task[Any]) -> bool:
    # Whoever cancels for reasons of its own (a time-out, a task group) takes that back.
    if not task.done() or task.cancelled() or not task.cancelling():
        return False
    return task.exception() is None


def swallowing_line(code: CodeType) -> Place | None:
    """The line that catches a cancellation and does not raise it again, if there is just one.

    Args:
        code: the coroutine function; if nothing in it does, the rest of its file is
            searched.
    """
    source = "".join(linecache.getlines(code.co_filename))
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    functions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
        and code.co_firstlineno in (node.lineno, *(each.lineno for each in node.decorator_list))
    ]
    for part in (*functions[:1], tree):
        lines = sorted(set(_swallowing(part)))
        if lines and (part is not tree or len(lines) == 1):
            return Place(Path(code.co_filename), lines[0], code.co_name)
    return None


def _swallowing(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
            if not raises and (node.type is None or _names(node.type) & _CATCHES_IT):
                yield node.lineno
        elif isinstance(node, ast.Try | ast.TryStar):
            # A return in a finally lets go of whatever was raised.
            inside = (inner for last in node.finalbody for inner in ast.walk(last))
            yield from (inner.lineno for inner in inside if isinstance(inner, ast.Return))
        elif isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                if _suppresses(item.context_expr):
                    yield item.context_expr.lineno


def _suppresses(expression: ast.expr) -> bool:
    """Whether it is a ``suppress(...)`` of cancellations."""
    if not isinstance(expression, ast.Call) or "suppress" not in _names(expression.func):
        return False
    return any(_names(argument) & _CATCHES_IT for argument in expression.args)


def _names(expression: ast.expr) -> set[str]:
    """Every name and attribute in `expression`."""
    nodes = list(ast.walk(expression))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}
