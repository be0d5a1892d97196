"""The course: every kata below `exercises/`, in order, and how a person names one."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pytest_mlinfra.errors import (
    CourseError,
    CourseNotFoundError,
    DuplicateKataError,
    UnknownKataError,
)
from pytest_mlinfra.katas.manifest import FILE_NAME, load_kata
from pytest_mlinfra.katas.model import Kata


@dataclass(frozen=True)
class BrokenKata:
    """A folder with a `kata.toml` that is no usable kata, and why."""

    folder: Path
    error: CourseError

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def slug(self) -> str:
        """The name without its number."""
        return self.name.partition("_")[2] or self.name

    @property
    def track(self) -> str:
        """The name of the folder that holds it."""
        return self.folder.parent.name

    @property
    def id(self) -> str:
        """Track and name."""
        return f"{self.track}/{self.name}"


@dataclass(frozen=True)
class Course:
    """A folder of tracks of katas.

    Attributes:
        exercises: the folder that holds the tracks, usually named ``exercises``.
    """

    exercises: Path

    @classmethod
    def find(cls, start: Path) -> Course:
        """The course that `start` belongs to: in this folder or in one above it.

        Raises:
            CourseNotFoundError: there is none.
        """
        for folder in (start, *start.parents):
            exercises = folder / "exercises"
            if next(exercises.glob(f"*/*/{FILE_NAME}"), None):
                return cls(exercises)
        raise CourseNotFoundError(
            f"no course in {start} or above it: expected a folder exercises/ with katas in it"
        )

    @property
    def root(self) -> Path:
        """The folder of the whole course, which also holds solutions and lectures."""
        return self.exercises.parent

    @cached_property
    def entries(self) -> tuple[Kata | BrokenKata, ...]:
        """Every kata, usable or not, ordered by number, then by track."""
        entries = [_load(path.parent) for path in self.exercises.glob(f"*/*/{FILE_NAME}")]
        entries.sort(key=lambda entry: (entry.name, entry.track))
        return tuple(_refuse_duplicates(entries))

    @property
    def katas(self) -> tuple[Kata, ...]:
        """The usable katas, in order."""
        return tuple(entry for entry in self.entries if isinstance(entry, Kata))

    def entry(self, reference: str) -> Kata | BrokenKata:
        """The kata that a person means by `reference`.

        Args:
            reference: a number (``030``), a name with or without it
                (``model_health``), an id (``async/030_model_health``), or a path
                to the kata's folder or to a file in it.

        Raises:
            UnknownKataError: none or several answer to it; the text lists them.
        """
        matches = [entry for entry in self.entries if reference in _names(entry)]
        if not matches:
            matches = self._at_path(Path(reference))
        if len(matches) == 1:
            return matches[0]
        if matches:
            several = ", ".join(entry.id for entry in matches)
            raise UnknownKataError(f"{reference!r} could be any of {several}; say which")
        raise UnknownKataError(f"there is no kata {reference!r}; {self._suggest(reference)}")

    def kata(self, reference: str) -> Kata:
        """Like `entry`, but only a usable kata.

        Raises:
            UnknownKataError: as for `entry`.
            CourseError: the kata is broken.
        """
        entry = self.entry(reference)
        if isinstance(entry, BrokenKata):
            raise entry.error
        return entry

    def _suggest(self, reference: str) -> str:
        """What to say to somebody who means a kata by `reference` that there is not."""
        names = {name: entry.name for entry in self.entries for name in _names(entry)}
        close = difflib.get_close_matches(reference, names, n=1)
        better = f"did you mean {names[close[0]]}? " if close else ""
        return f"{better}`mlinfra list` names them all"

    def _at_path(self, path: Path) -> list[Kata | BrokenKata]:
        if not path.exists():
            return []
        absolute = path.resolve()
        folders = (absolute, *absolute.parents)
        return [entry for entry in self.entries if entry.folder.resolve() in folders]


def _load(folder: Path) -> Kata | BrokenKata:
    try:
        return load_kata(folder)
    except CourseError as error:
        return BrokenKata(folder, error)


def _names(entry: Kata | BrokenKata) -> set[str]:
    number, _, slug = entry.name.partition("_")
    return {number, number.lstrip("0"), slug, slug.replace("_", "-"), entry.name, entry.id}


def _refuse_duplicates(entries: list[Kata | BrokenKata]) -> Iterable[Kata | BrokenKata]:
    """`entries`, with those that share a number or a slug turned into broken ones.

    Both would answer to the same reference, so neither could be asked for.
    """
    sharing: dict[str, list[Kata | BrokenKata]] = defaultdict(list)
    for entry in entries:
        number, _, slug = entry.name.partition("_")
        sharing[number].append(entry)
        sharing[slug].append(entry)
    for entry in entries:
        number, _, slug = entry.name.partition("_")
        for name in (slug, number):
            twins = [twin.id for twin in sharing[name] if twin is not entry]
            if twins:
                error = DuplicateKataError(
                    f"{entry.id} shares {name!r} with {', '.join(twins)}: rename one, "
                    "so that each number and each name means one kata"
                )
                yield BrokenKata(entry.folder, error)
                break
        else:
            yield entry
