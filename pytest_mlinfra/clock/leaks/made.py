"""Objects of given classes that are made while one watches, each with the line to blame."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from pytest_mlinfra.clock.leaks.origins import Births, Origins
from pytest_mlinfra.clock.replacements import Replacements


class Made:
    """Keeps in mind the objects that some classes make.

    Args:
        origins: where they come from.
        classes: what counts, as module and name; those that nobody has imported are
            left alone.
        is_done: whether an object needs nothing further.

    Attributes:
        births: the objects.
    """

    def __init__(
        self,
        origins: Origins,
        classes: tuple[tuple[str, str], ...],
        is_done: Callable[[Any], bool],
    ) -> None:
        self.births: Births[Any] = Births(is_done)
        self._origins = origins
        self._classes = classes
        self._replacements = Replacements()

    def start(self) -> None:
        """Begin to keep them in mind."""
        for module, name in self._classes:
            if module in sys.modules:
                made = getattr(sys.modules[module], name)
                self._replacements.replace(made, "__init__", self._noting(made.__init__))

    def stop(self) -> None:
        """Keep no further one in mind."""
        self._replacements.undo()

    def _noting(self, initialize: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(initialize)
        def noting(made: Any, *args: Any, **options: Any) -> None:
            __tracebackhide__ = True
            initialize(made, *args, **options)
            self.note(made)

        return noting

    def note(self, made: Any) -> None:
        """Keep an object in mind that was made just now, if anybody is to blame for it."""
        origin = self._origins.here()
        if origin is not None:
            self.births.add(made, origin.place)
