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
    def at(cls, folder: Path | None, exercises: Path) -> Submission:
        """The submission in `folder`, there or not, or the learner's own files if that is None."""
        if folder is None or folder.resolve() == exercises.resolve():
            return cls(exercises, handed_in=False)
        return cls(folder, handed_in=True)

    @classmethod
    def of(cls, course: Course, folder: Path | None) -> Submission:
        """Like `at`, but only a folder that answers some kata of `course`.

        Raises:
            SubmissionError: `folder` is not there or holds none of the katas.
        """
        submission = cls.at(folder, course.exercises)
        root = submission.root
        if not root.is_dir():
            raise SubmissionError(f"the submission {root} is not a folder")
        if submission.handed_in and not any((root / kata.id).is_dir() for kata in course.katas):
            example = course.katas[0].id if course.katas else "async/030_model_health"
            raise SubmissionError(
                f"the submission {root} holds none of the katas; "
                f"expected folders laid out like exercises/, for instance {root / example}"
            )
        return submission

    def path(self, kata: Kata, name: str) -> Path:
        """Where the file `name` of `kata` lies in this submission, there or not."""
        return self.root / kata.id / name


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
