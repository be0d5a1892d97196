"""The author's checks: what makes a folder of files a kata that teaches.

These look at the files only. What becomes of the stub, the reference and the wrong
answers when they are graded is checked by `pytest_mlinfra.runs.rehearse`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from pytest_mlinfra.errors import CourseError
from pytest_mlinfra.katas.answers import reference_files, wrong_answers
from pytest_mlinfra.katas.hints import FILE_NAME as HINTS
from pytest_mlinfra.katas.hints import read_hints
from pytest_mlinfra.katas.manifest import FILE_NAME as MANIFEST
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.stub import is_untouched, stub_files
from pytest_mlinfra.katas.submission import Submission

RUNGS = 3
FEWEST_WRONG_ANSWERS = 4
# A shorter line of a solution says nothing that a hint could give away.
_TELLING_LINE = 16

Problems = Iterator[str]


def check_files(kata: Kata) -> Problems:
    """What is wrong with the files of `kata`, each in one sentence."""
    for check in _CHECKS:
        try:
            yield from check(kata)
        except CourseError as error:
            yield str(error)


def _statement(kata: Kata) -> Problems:
    path = kata.folder / "README.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if not text.startswith("# "):
        yield f"{path} has to begin with a title"
    for name in kata.manifest.write:
        if name not in text:
            yield f"{path} does not say that {name} is to be written"


def _hints(kata: Kata) -> Problems:
    rungs = read_hints(kata)
    if len(rungs) != RUNGS:
        yield f"{kata.folder / HINTS} has {len(rungs)} rungs, not {RUNGS}"
    given = {line.strip() for path in stub_files(kata).values() for line in _lines(path)}
    for path in reference_files(kata).values():
        for line in _lines(path):
            code = line.strip()
            if len(code) >= _TELLING_LINE and code not in given and not code.startswith("#"):
                for number, rung in enumerate(rungs, start=1):
                    if code in rung:
                        yield f"{kata.folder / HINTS}, rung {number}, gives away: {code}"


def _stub(kata: Kata) -> Problems:
    stubs = stub_files(kata)
    for path in stubs.values():
        if not path.is_file():
            yield f"the stub {path} is missing"
            return
    texts = [path.read_text(encoding="utf-8") for path in stubs.values()]
    if not any("# TODO" in text for text in texts):
        yield f"no stub of {kata.id} has a line with '# TODO'"
    if not is_untouched(kata, Submission(kata.exercises, handed_in=False)):
        yield f"{kata.folder} does not hold its stub: `mlinfra reset {kata.number}` puts it there"


def _reference(kata: Kata) -> Problems:
    for path in reference_files(kata).values():
        if not path.is_file():
            yield f"the reference {path} is missing"


def _wrong_answers(kata: Kata) -> Problems:
    wrong = list(wrong_answers(kata))
    ids = {answer.draws for answer in wrong}
    if len(ids) < FEWEST_WRONG_ANSWERS:
        yield (
            f"{kata.solution_folder / 'wrong'} holds wrong answers for {len(ids)} different "
            f"messages; at least {FEWEST_WRONG_ANSWERS} are needed"
        )


def _lecture(kata: Kata) -> Problems:
    name, _, anchor = kata.manifest.lecture.partition("#")
    path = kata.exercises.parent / "lectures" / name
    if not path.is_file():
        yield f"the lecture {path} is missing"
    elif anchor not in {_anchor(line) for line in _lines(path) if line.startswith("#")}:
        yield f"{path} has no section {anchor!r}"


def _strays(kata: Kata) -> Problems:
    manifest = kata.manifest
    expected = {MANIFEST, HINTS, "README.md", *manifest.write, *manifest.given}
    if manifest.suite is not None:
        expected.add(manifest.suite.module)
    for path in sorted(kata.folder.iterdir()):
        is_test = path.match("test_*.py") and manifest.suite is None
        if path.name not in expected and not is_test and path.name != "__pycache__":
            yield f"{path} belongs to no part of the kata; if it does, name it in 'given'"


_CHECKS: tuple[Callable[[Kata], Problems], ...] = (
    _statement,
    _hints,
    _stub,
    _reference,
    _wrong_answers,
    _lecture,
    _strays,
)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def _anchor(heading: str) -> str:
    """The anchor that a heading of Markdown gets on a page."""
    text = unicodedata.normalize("NFC", heading.lstrip("#").strip().lower())
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
