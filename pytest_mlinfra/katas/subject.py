"""Importing the learner's module by its bare name, wherever its file lies.

A test says ``from model_health import monitor_models`` and means whatever is being
graded: the stub, an answer, the reference, a module with a planted bug. Editing
`sys.path` cannot do that for two katas in one process, so a finder at the front of
`sys.meta_path` serves just the names of the kata at hand.

An answer that cannot be imported must not stop the tests from being collected, or
nobody would know what it was worth. So the import always succeeds: the failure is
kept, and every name that the module lacks becomes a `MissingName`.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from pytest_mlinfra.errors import MissingNameError, SubjectError, TimeLimitError
from pytest_mlinfra.katas.frames import innermost_place
from pytest_mlinfra.katas.paths import why_unreadable

Guard = Callable[[], contextlib.AbstractContextManager[object]]


@dataclass(frozen=True)
class Source:
    """Where a module's text comes from.

    Attributes:
        path: the file that tracebacks show.
        text: its text, where that is not what the file holds: a planted bug.
    """

    path: Path
    text: str | None = None

    def read(self) -> str:
        """The module's text.

        Raises:
            SubjectError: the file is not there, or is no text that Python reads.
        """
        if self.text is not None:
            return self.text
        try:
            return importlib.util.decode_source(self.path.read_bytes())
        except SyntaxError as error:
            text = f"{self.path.name} is not UTF-8, nor does it say what else it is"
            raise SubjectError("unreadable-file", text, self.path) from error
        except (OSError, UnicodeDecodeError) as error:
            kind = "missing-file" if isinstance(error, FileNotFoundError) else "unreadable-file"
            text = f"{self.path.name} {why_unreadable(error)}"
            raise SubjectError(kind, text, self.path) from error


@dataclass
class Subjects:
    """The modules of one kata, and what became of importing them.

    Attributes:
        sources: where each module comes from, by the name that tests import.
        stand_in: whether a module that cannot be imported, or lacks a name, is made up
            for as described above. False for the module under a learner's tests, where
            it is for the tests to import what is there.
        failures: why modules could not be imported, by name.
        loaded: the modules that have been imported, by name.
    """

    sources: Mapping[str, Source]
    stand_in: bool = True
    failures: dict[str, SubjectError] = field(default_factory=dict)
    loaded: dict[str, ModuleType] = field(default_factory=dict)

    @property
    def failure(self) -> SubjectError | None:
        """The first failure, if any module could not be imported."""
        return next(iter(self.failures.values()), None)


class SubjectFinder(importlib.abc.MetaPathFinder):
    """Resolves the module names of the kata that is being served."""

    def __init__(self, guard: Guard = contextlib.nullcontext) -> None:
        self._guard = guard
        self._served: Subjects | None = None

    @contextlib.contextmanager
    def serving(self, subjects: Subjects) -> Iterator[None]:
        """Let the names of `subjects`, and of no other kata, be imported."""
        before, self._served = self._served, subjects
        names = subjects.sources.keys()
        hidden = {name: sys.modules.pop(name) for name in names if name in sys.modules}
        sys.modules.update(subjects.loaded)
        try:
            yield
        finally:
            subjects.loaded.update(
                {name: sys.modules.pop(name) for name in names if name in sys.modules}
            )
            sys.modules.update(hidden)
            self._served = before

    def find_spec(
        self, fullname: str, path: object = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The spec of `fullname`, if the kata being served has a module of that name."""
        if self._served is None or fullname not in self._served.sources:
            return None
        loader = _SubjectLoader(fullname, self._served, self._guard)
        spec = importlib.machinery.ModuleSpec(
            fullname, loader, origin=str(self._served.sources[fullname].path)
        )
        spec.has_location = True
        return spec


class _SubjectLoader(importlib.abc.ExecutionLoader):
    """Compiles afresh at each import: a cached file would be stale after a quick edit."""

    def __init__(self, name: str, subjects: Subjects, guard: Guard) -> None:
        self._name = name
        self._source = subjects.sources[name]
        self._subjects = subjects
        self._guard = guard

    def is_package(self, fullname: str) -> bool:
        return False

    def get_filename(self, fullname: str) -> str:
        return str(self._source.path)

    def get_source(self, fullname: str) -> str:
        return self._source.read()

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's text; what goes wrong is kept, if it is to be made up for."""
        if not self._subjects.stand_in:
            super().exec_module(module)
            return
        try:
            with self._guard():
                super().exec_module(module)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - sys.exit() and time limits as well
            self._subjects.failures[self._name] = explain_failure(error, self._source.path)
        path = self._source.path

        def missing(name: str) -> MissingName:
            if name.startswith("__"):
                raise AttributeError(name)
            return MissingName(name, path)

        module.__dict__.setdefault("__getattr__", missing)


class MissingName:
    """Stands for a name that a learner's module does not define.

    It can be imported, and complains as soon as a test does anything with it.
    """

    def __init__(self, name: str, path: Path) -> None:
        self._name = name
        self._path = path

    def _complain(self) -> NoReturn:
        raise MissingNameError(self._name, self._path)

    def __call__(self, *_args: object, **_options: object) -> NoReturn:
        """Complain."""
        self._complain()

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        self._complain()


def explain_failure(error: BaseException, path: Path) -> SubjectError:
    """In words for its author, why the file at `path` could not be imported."""
    if isinstance(error, SubjectError):
        return error
    line = _line_of(error, path)
    at = f"{path.name}, line {line}," if line else path.name
    name, text = _what_went_wrong(error, path)
    return SubjectError(name, f"{at} {text}", path, line)


def _line_of(error: BaseException, path: Path) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    place = innermost_place(error, [path])
    return place.line if place else None


def _what_went_wrong(error: BaseException, path: Path) -> tuple[str, str]:
    """The id of the message, and what to say of the file or of its line."""
    match error:
        case SyntaxError():
            return "syntax-error", f"is not valid Python: {error.msg}"
        case ModuleNotFoundError():
            return "import-error", f"imports {_not_found(error, path)}"
        case ImportError():
            return "import-error", f"imports what is not there: {error}"
        case SystemExit():
            return "exits-on-import", "ends Python while it is being imported"
        case TimeLimitError():
            return "endless-import", f"never comes to an end: its import {error}"
        case _:
            kind = type(error).__name__
            return "fails-on-import", f"raises {kind} while it is being imported: {error}"


def _not_found(error: ModuleNotFoundError, path: Path) -> str:
    if error.name and path.with_name(f"{error.name}.py").exists():
        return (
            f"{error.name!r}, and {error.name}.py is none of the files that are graded: "
            f"everything has to stand in {path.name}"
        )
    return f"{error.name!r}, and there is no such module"
