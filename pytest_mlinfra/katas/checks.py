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
from pytest_mlinfra.katas.answers import reference_files, right_answers, wrong_answers
from pytest_mlinfra.katas.hints import FILE_NAME as HINTS
from pytest_mlinfra.katas.hints import read_hints
from pytest_mlinfra.katas.manifest import FILE_NAME as MANIFEST
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.own_tests import HIDDEN_FOLDER, hidden_files, needs_hidden_tests
from pytest_mlinfra.katas.paths import why_unreadable
from pytest_mlinfra.katas.rules import check_rules
from pytest_mlinfra.katas.stub import is_untouched, stub_files
from pytest_mlinfra.katas.submission import Submission
from pytest_mlinfra.places import shown

RUNGS = 3
FEWEST_RIGHT_ANSWERS = 2
FEWEST_WRONG_ANSWERS = 4
# A shorter line of a solution says nothing that a hint could give away.
_TELLING_LINE = 16

Problems = Iterator[str]


def check_files(kata: Kata) -> Problems:
    """What is wrong with the files of `kata`, each once and in one sentence."""
    yield from dict.fromkeys(_problems(kata))


def _problems(kata: Kata) -> Problems:
    for check in _CHECKS:
        try:
            yield from check(kata)
        except CourseError as error:
            yield str(error)


def _statement(kata: Kata) -> Problems:
    path = kata.folder / "README.md"
    text = _text(path)
    if not text.startswith("# "):
        yield f"{shown(path)} has to begin with a title"
    for name in kata.manifest.write:
        if name not in text:
            yield f"{shown(path)} does not say that {name} is to be written"


def _hints(kata: Kata) -> Problems:
    rungs = read_hints(kata)
    if len(rungs) != RUNGS:
        yield f"{shown(kata.folder / HINTS)} has {len(rungs)} rungs, not {RUNGS}"
    given = _lines_of(stub_files(kata))
    for code in sorted(_lines_of(reference_files(kata)) - given):
        if len(code) >= _TELLING_LINE and not code.startswith("#"):
            for number, rung in enumerate(rungs, start=1):
                if code in rung:
                    yield f"{shown(kata.folder / HINTS)}, rung {number}, gives away: {code}"


def _stub(kata: Kata) -> Problems:
    stubs = stub_files(kata)
    for path in stubs.values():
        if not path.is_file():
            yield f"the stub {shown(path)} is missing"
            return
    if not any("# TODO" in _text(path) for path in stubs.values()):
        yield f"no stub of {kata.id} has a line with '# TODO'"
    if not is_untouched(kata, Submission.at(None, kata.exercises)):
        folder = shown(kata.folder)
        yield f"{folder} does not hold its stub: `mlinfra reset {kata.number}` puts it there"


def _reference(kata: Kata) -> Problems:
    for path in reference_files(kata).values():
        if not path.is_file():
            yield f"the reference {shown(path)} is missing"


def _right_answers(kata: Kata) -> Problems:
    count = len(list(right_answers(kata)))
    if count < FEWEST_RIGHT_ANSWERS:
        yield (
            f"{shown(kata.solution_folder / 'right')} holds {count} right answers besides the "
            f"reference; at least {FEWEST_RIGHT_ANSWERS} are needed"
        )


def _wrong_answers(kata: Kata) -> Problems:
    wrong = list(wrong_answers(kata))
    ids = {answer.draws for answer in wrong}
    if len(ids) < FEWEST_WRONG_ANSWERS:
        yield (
            f"{shown(kata.solution_folder / 'wrong')} holds wrong answers for {len(ids)} different "
            f"messages; at least {FEWEST_WRONG_ANSWERS} are needed"
        )


def _hidden_tests(kata: Kata) -> Problems:
    if needs_hidden_tests(kata) and not hidden_files(kata):
        yield f"{shown(kata.solution_folder / HIDDEN_FOLDER)} holds no test_*.py"


def _lecture(kata: Kata) -> Problems:
    name, _, anchor = kata.manifest.lecture.partition("#")
    path = kata.exercises.parent / "lectures" / name
    if not path.is_file():
        yield f"the lecture {shown(path)} is missing"
    elif anchor not in {_anchor(line) for line in _text(path).splitlines() if line[:1] == "#"}:
        yield f"{shown(path)} has no section {anchor!r}"


def _strays(kata: Kata) -> Problems:
    manifest = kata.manifest
    named = [*manifest.write, *manifest.given, *([manifest.suite.module] if manifest.suite else [])]
    expected = {MANIFEST, HINTS, "README.md", *(Path(name).parts[0] for name in named)}
    for path in sorted(kata.folder.iterdir()):
        is_test = path.match("test_*.py") and manifest.suite is None
        is_cache = path.name == "__pycache__" or path.name.startswith(".")
        if path.name not in expected and not is_test and not is_cache:
            yield f"{shown(path)} belongs to no part of the kata; if it does, name it in 'given'"


_CHECKS: tuple[Callable[[Kata], Problems], ...] = (
    _statement,
    _hints,
    _stub,
    _reference,
    _right_answers,
    _wrong_answers,
    _hidden_tests,
    check_rules,
    _lecture,
    _strays,
)


def _lines_of(files: dict[str, Path]) -> set[str]:
    """The lines of all `files`, without their indentation."""
    return {line.strip() for path in files.values() for line in _text(path).splitlines()}


def _text(path: Path) -> str:
    """The text of a file, empty if it is not there: that is another check's matter.

    Raises:
        CourseError: it is there and cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{shown(path)} {why_unreadable(error)}") from error


def _anchor(heading: str) -> str:
    """The anchor that a heading of Markdown gets on a page."""
    text = unicodedata.normalize("NFC", heading.lstrip("#").strip().lower())
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
