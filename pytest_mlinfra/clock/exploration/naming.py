"""Names for tasks that are the same in every run of one program."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from typing import Any
from weakref import WeakKeyDictionary

_NO_WORD = re.compile(r"\W+")


class TaskNames:
    """Names each task by its coroutine's function, and counts those of one function.

    ``worker``, ``worker:2``, ``worker:3``: in the order in which they are first met, which
    is that of their creation. Numbers over all tasks would change with every task that a
    library starts or does not start.
    """

    def __init__(self) -> None:
        self._names: WeakKeyDictionary[asyncio.Task[Any], str] = WeakKeyDictionary()
        self._counts: Counter[str] = Counter()

    def of(self, task: asyncio.Task[Any]) -> str:
        """The name of `task`."""
        name = self._names.get(task)
        if name is None:
            name = self._names[task] = self._new(task.get_coro())
        return name

    def _new(self, coroutine: object) -> str:
        function = getattr(coroutine, "__name__", type(coroutine).__name__)
        word = _NO_WORD.sub("", function) or "task"
        self._counts[word] += 1
        count = self._counts[word]
        return word if count == 1 else f"{word}:{count}"
