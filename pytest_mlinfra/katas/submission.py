"""Whose files are graded: the learner's own in `exercises/`, or a folder laid out like it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from pytest_mlinfra.errors import SubmissionError
from pytest_mlinfra.katas.library import Course
from pytest_mlinfra.katas.model import Kata


@dataclass(frozen=True)
class Submission:
    """The files that answer the katas.

    Attributes:
        root: a folder with `<track>/<NNN_slug>/` below it.
        handed_in: True for a folder given to be graded, where a kata that was
            not begun falls short; False for the course's own `exercises/`.
    """

    root: Path
    handed_in: bool

    @classmethod
    def of(cls, course: Course, folder: Path | None) -> Submission:
        """The submission in `folder`, or the learner's own files if that is None.

        Raises:
            SubmissionError: `folder` is not there or holds none of the katas.
        """
        if folder is None or folder.resolve() == course.exercises.resolve():
            return cls(course.exercises, handed_in=False)
        if not folder.is_dir():
            raise SubmissionError(f"the submission {folder} is not a folder")
        if not any((folder / kata.id).is_dir() for kata in course.katas):
            example = course.katas[0].id if course.katas else "async/030_model_health"
            raise SubmissionError(
                f"the submission {folder} holds none of the katas; "
                f"expected folders laid out like exercises/, for instance {folder / example}"
            )
        return cls(folder, handed_in=True)

    def path(self, kata: Kata, name: str) -> Path:
        """Where the file `name` of `kata` lies in this submission, there or not."""
        return self.root / kata.id / name

    def missing(self, kata: Kata) -> tuple[str, ...]:
        """Names of the files that should be written and are not there."""
        return tuple(name for name in kata.manifest.write if not self.path(kata, name).is_file())


def lay_out(folder: Path, kata: Kata, files: dict[str, Path]) -> Submission:
    """Make `folder` a submission that answers `kata` with copies of `files`.

    Args:
        folder: an empty or new folder.
        kata: the kata that is answered.
        files: for each file name that the kata has written, the file to copy.
    """
    for name, source in files.items():
        target = folder / kata.id / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    return Submission(folder, handed_in=True)
