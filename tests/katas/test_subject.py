"""The learner's module is imported by its bare name, and its failures are kept."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_mlinfra.clock import time_limit
from pytest_mlinfra.errors import MissingNameError, SubjectError
from pytest_mlinfra.katas.subject import Source, SubjectFinder, Subjects, explain_failure

NAME = "echo_under_test"


@pytest.fixture
def finder() -> Iterator[SubjectFinder]:
    """A finder at the front of the import path; importing ends after 0.2 s."""
    finder = SubjectFinder(lambda: time_limit(0.2))
    sys.meta_path.insert(0, finder)
    yield finder
    sys.meta_path.remove(finder)


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    """The learner's file, which is not there yet."""
    return tmp_path / f"{NAME}.py"


def _subjects(path: Path, *, stand_in: bool = True) -> Subjects:
    return Subjects({NAME: Source(path)}, stand_in=stand_in)


def _import(finder: SubjectFinder, subjects: Subjects) -> Any:
    with finder.serving(subjects):
        return importlib.import_module(NAME)


def test_the_file_is_imported_by_its_bare_name(finder: SubjectFinder, answer: Path) -> None:
    answer.write_text("def echo(value):\n    return value\n")

    module = _import(finder, _subjects(answer))

    assert module.echo(3) == 3
    assert module.__file__ == str(answer)
    assert inspect.getsource(module) == answer.read_text()


def test_the_name_is_known_only_while_it_is_served(finder: SubjectFinder, answer: Path) -> None:
    answer.touch()
    _import(finder, _subjects(answer))

    assert NAME not in sys.modules
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(NAME)


def test_two_katas_may_use_one_name(finder: SubjectFinder, tmp_path: Path) -> None:
    paths = [tmp_path / "one.py", tmp_path / "two.py"]
    for number, path in enumerate(paths):
        path.write_text(f"number = {number}\n")
    first, second = (_subjects(path) for path in paths)

    assert _import(finder, first).number == 0
    assert _import(finder, second).number == 1
    assert _import(finder, first).number == 0


def test_a_module_is_imported_once(finder: SubjectFinder, answer: Path) -> None:
    answer.touch()
    subjects = _subjects(answer)

    assert _import(finder, subjects) is _import(finder, subjects)


def test_another_module_of_that_name_comes_back_afterwards(
    finder: SubjectFinder, answer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer.touch()
    other = type(sys)(NAME)
    monkeypatch.setitem(sys.modules, NAME, other)

    assert _import(finder, _subjects(answer)) is not other
    assert sys.modules[NAME] is other


def test_a_text_may_take_the_place_of_the_files(finder: SubjectFinder, answer: Path) -> None:
    answer.write_text("value = 'file'\n")
    subjects = Subjects({NAME: Source(answer, "value = 'bug'\n")})

    assert _import(finder, subjects).value == "bug"


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbfname = 'caf\xc3\xa9'\r\n", b"# coding: latin-1\nname = 'caf\xe9'\n"],
    ids=["a mark and Windows' line ends", "another encoding that says so"],
)
def test_whatever_python_reads_is_read(finder: SubjectFinder, answer: Path, content: bytes) -> None:
    answer.write_bytes(content)

    assert _import(finder, _subjects(answer)).name == "café"


@pytest.mark.parametrize(
    ("content", "message_id", "text"),
    [
        (b"def echo(:\n", "syntax-error", ", line 1, is not valid Python: invalid syntax"),
        (b"x = 1\0\n", "syntax-error", " is not valid Python: source code string cannot"),
        (b"x = 1\n\xff\n", "unreadable-file", " is not UTF-8: see line 2"),
        (b"x = '\xff'\n", "unreadable-file", " is not UTF-8, nor does it say what else it is"),
        (b"\nimport gone", "import-error", ", line 2, imports 'gone', and there is no such module"),
        (b"from sys import gone", "import-error", ", line 1, imports what is not there: cannot"),
        (b"import sys\nsys.exit(0)", "exits-on-import", ", line 2, ends Python while it is being"),
        (b"while True: pass", "endless-import", ", line 1, never comes to an end: its import ran"),
        (b"1 / 0", "fails-on-import", ", line 1, raises ZeroDivisionError while it is being"),
    ],
)
def test_a_failure_of_the_import_is_kept(
    finder: SubjectFinder, answer: Path, content: bytes, message_id: str, text: str
) -> None:
    answer.write_bytes(content)
    subjects = _subjects(answer)

    _import(finder, subjects)

    assert subjects.failure is not None
    assert subjects.failure.message_id == message_id
    assert f"{answer.name}{text}" in str(subjects.failure)
    assert subjects.failure.path == answer


def test_a_missing_file_is_a_failure(finder: SubjectFinder, answer: Path) -> None:
    subjects = _subjects(answer)

    _import(finder, subjects)

    assert subjects.failure is not None
    assert (subjects.failure.message_id, str(subjects.failure)) == (
        "missing-file",
        f"{answer.name} is not there",
    )


def test_a_neighbour_is_named_that_nobody_grades(finder: SubjectFinder, answer: Path) -> None:
    answer.write_text("import helper_of_the_learner\n")
    answer.with_name("helper_of_the_learner.py").touch()
    subjects = _subjects(answer)

    _import(finder, subjects)

    assert "helper_of_the_learner.py is none of the files that are graded" in str(subjects.failure)


def test_an_interruption_is_nobodys_failure(finder: SubjectFinder, answer: Path) -> None:
    answer.write_text("raise KeyboardInterrupt\n")

    with pytest.raises(KeyboardInterrupt):
        _import(finder, _subjects(answer))


def test_a_missing_name_can_be_imported_and_not_used(finder: SubjectFinder, answer: Path) -> None:
    answer.write_text("def ecco(value):\n    return value\n")

    module = _import(finder, _subjects(answer))

    complaint = f"{answer.name} does not define echo"
    with pytest.raises(MissingNameError, match=complaint):
        module.echo(1)
    with pytest.raises(MissingNameError, match=complaint):
        _ = module.echo.loudly


def test_a_missing_name_is_no_attribute_to_those_who_look(
    finder: SubjectFinder, answer: Path
) -> None:
    answer.touch()

    module = _import(finder, _subjects(answer))

    assert not hasattr(module, "__path__")
    assert not hasattr(module.echo, "__wrapped__")


def test_the_module_under_a_learners_tests_is_imported_as_it_is(
    finder: SubjectFinder, answer: Path
) -> None:
    answer.write_text("def echo(value):\n    return value\n")
    subjects = _subjects(answer, stand_in=False)

    module = _import(finder, subjects)
    with pytest.raises(AttributeError):
        _ = module.shout

    answer.write_text("1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        _import(finder, _subjects(answer, stand_in=False))


def test_a_failure_that_is_explained_already_stays_as_it_is(answer: Path) -> None:
    error = SubjectError("missing-file", "it is not there", answer)

    assert explain_failure(error, answer) is error


def test_an_error_of_another_file_leads_to_the_line_that_met_it(
    finder: SubjectFinder, answer: Path
) -> None:
    answer.write_text("\n\nimport json\njson.loads('{')\n")
    subjects = _subjects(answer)

    _import(finder, subjects)

    assert subjects.failure is not None
    assert subjects.failure.line == 4


def test_without_anything_served_nothing_is_found() -> None:
    assert SubjectFinder(contextlib.nullcontext).find_spec("json") is None
