"""The data of one kata, as its `kata.toml` and its folder give it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

# Bounds that the manifest is held to while it is read. What is not a number (nan) lies
# within none of them.
Score = Annotated[float, Meta(ge=0, le=1000)]
Percentage = Annotated[float, Meta(gt=0, le=100)]
Text = Annotated[str, Meta(min_length=1)]

FOLDER_NAME = re.compile(r"(?P<number>\d{3})_(?P<slug>[a-z][a-z0-9_]*)")


class Points(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one graded item of each sort is worth, unless a marker says otherwise."""

    test: Score = 1
    suite: Score = 1
    bug: Score = 1
    gate: Score = 1


class Gates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The quality that the answer is held to.

    Attributes:
        tools: names of gates that every written file has to pass.
        coverage: branch coverage of the module under test, in percent, that a
            learner's suite has to reach; None where coverage is not graded.
    """

    tools: tuple[Text, ...] = ()
    coverage: Percentage | None = None


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a run may use before it is ended, or the operating system refuses it more.

    Attributes:
        test: real seconds of one test.
        kata: real seconds of the whole kata.
        cpu: seconds of processor time of the whole run, all its processes together.
        memory: memory of the whole run, all its processes together, in MiB.
        processes: processes at one time.
        threads: threads at one time, all processes together.
        file: size of any one file, in MiB.
        written: all that is written, to files or elsewhere, in MiB.
        open_files: open files and sockets of one process.
        output: how much is kept of what is printed, in KiB; the rest is cut.
    """

    test: float = 5
    kata: float = 30
    cpu: float = 30
    memory: int = 512
    processes: int = 64
    threads: int = 256
    file: int = 16
    written: int = 256
    open_files: int = 512
    output: int = 64


class Suite(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes a kata a testing kata: the learner writes the tests.

    Attributes:
        module: file name of the module under test, which stands in the kata's folder.
        tests: the least number of tests that the suite must have.
    """

    module: Text
    tests: Annotated[int, Meta(ge=1)] = 1


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole of `kata.toml`.

    Attributes:
        title: what a person calls the kata.
        minutes: how long it takes somebody who has just heard the lecture.
        concepts: what it practises, a few words each.
        lecture: the section of the lecture, as ``file.md#anchor`` under ``lectures/``.
        write: names of the files that the learner edits.
        given: names of further files that the folder holds for the learner.
        points: what the items are worth.
        gates: the quality gates.
        limits: what a run of it may use.
        suite: only in a testing kata.
    """

    title: Text
    minutes: Annotated[int, Meta(ge=1)]
    concepts: tuple[Text, ...]
    lecture: Text
    write: Annotated[tuple[Text, ...], Meta(min_length=1)]
    given: tuple[Text, ...] = ()
    points: Points = Points()
    gates: Gates = Gates()
    limits: Limits = Limits()
    suite: Suite | None = None


@dataclass(frozen=True)
class Kata:
    """One kata: a folder `<exercises>/<track>/<NNN_slug>` and its manifest."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """The folder's name, for instance ``030_model_health``."""
        return self.folder.name

    @property
    def track(self) -> str:
        """The name of the folder that holds it, for instance ``async``."""
        return self.folder.parent.name

    @property
    def id(self) -> str:
        """Track and name, which also is its path below any folder laid out like ``exercises/``."""
        return f"{self.track}/{self.name}"

    @property
    def number(self) -> str:
        """The three digits that place it in the course."""
        return self.name[:3]

    @property
    def slug(self) -> str:
        """The name without its number."""
        return self.name[4:]

    @property
    def exercises(self) -> Path:
        """The folder that holds the tracks."""
        return self.folder.parent.parent

    @cached_property
    def solution_folder(self) -> Path:
        """Where the reference, the untouched stub and the wrong answers lie."""
        return self.exercises.parent / "solutions" / self.track / self.name

    @property
    def written_modules(self) -> tuple[str, ...]:
        """File names of the Python modules that the learner writes, tests left out."""
        names = self.manifest.write if self.manifest.suite is None else ()
        return tuple(name for name in names if name.endswith(".py"))
