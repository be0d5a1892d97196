"""The tests that a kata is graded by, read off their files: those that learners see, and hidden ones.

Hidden tests stand in `solutions/<kata>/hidden/test_*.py`. They hold the same rules with
other inputs, so that an answer which fits only the inputs that its author could read is
found out. Nothing but the option for it adds them to a grading.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_mlinfra.errors import CourseError, HiddenTestsError
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.paths import why_unreadable
from pytest_mlinfra.places import shown

HIDDEN_FOLDER = "hidden"
# The ids of failures for which a test names none, by what else it is marked with.
_UNNAMED = "wrong-result"
_REPEATED = {"explore": "race", "cancel_everywhere": "cancellation"}

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class OwnTest:
    """One test function of a kata.

    Attributes:
        name: its file and its function: ``test_echo.py::test_returns_the_value``.
        messages: the ids that its failures may have.
    """

    name: str
    messages: tuple[str, ...]


def visible_tests(kata: Kata) -> tuple[OwnTest, ...]:
    """The tests beside the stub, in order; none where the learner writes them.

    Raises:
        CourseError: a file cannot be read.
    """
    paths = [path for path in kata.folder.glob("test_*.py") if path.name not in kata.manifest.write]
    return tuple(_tests_in(sorted(paths), ""))


def hidden_tests(kata: Kata) -> tuple[OwnTest, ...]:
    """The hidden tests, in order.

    Raises:
        CourseError: a file cannot be read.
    """
    return tuple(_tests_in(hidden_files(kata), f"{HIDDEN_FOLDER}/"))


def hidden_files(kata: Kata) -> tuple[Path, ...]:
    """The files of the hidden tests, in order; there may be none."""
    return tuple(sorted((kata.solution_folder / HIDDEN_FOLDER).glob("test_*.py")))


def needs_hidden_tests(kata: Kata) -> bool:
    """Whether `kata` has to have hidden tests: where the learner writes modules and no tests.

    A learner's suite meets bugs and variants that are hidden already, and tests of a
    configuration plant files, whose contents say little about it.
    """
    modules = kata.written_modules
    return bool(modules) and len(modules) == len(kata.manifest.write)


def demand_hidden_tests(katas: Iterable[Kata]) -> None:
    """See to it that every one of `katas` can be graded with its hidden tests.

    Raises:
        HiddenTestsError: those of one that needs them are not there.
    """
    for kata in katas:
        folder = kata.solution_folder / HIDDEN_FOLDER
        if needs_hidden_tests(kata) and not hidden_files(kata):
            raise HiddenTestsError(
                f"{kata.id} has no hidden tests here: {shown(folder)} holds no test_*.py. "
                "They come with the instructor's copy of the course, solutions included"
            )


def _tests_in(paths: Iterable[Path], folder: str) -> Iterator[OwnTest]:
    for path in paths:
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise CourseError(f"{shown(path)} {why_unreadable(error)}") from error
        except SyntaxError as error:
            place = f"{shown(path)}, line {error.lineno}"
            raise CourseError(f"{place}, is not valid Python: {error.msg}") from error
        for parts, nodes in _functions_of(tree.body):
            name = "::".join([f"{folder}{path.name}", *parts])
            yield OwnTest(name, _messages_of(nodes))


def _functions_of(
    body: Iterable[ast.stmt], around: tuple[ast.ClassDef, ...] = ()
) -> Iterator[tuple[list[str], list[ast.ClassDef | _Function]]]:
    """The names from outside to inside of each test function, and their definitions."""
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _functions_of(node.body, (*around, node))
        elif isinstance(node, _Function) and node.name.startswith("test"):
            yield [*(each.name for each in around), node.name], [*around, node]


def _messages_of(nodes: list[ast.ClassDef | _Function]) -> tuple[str, ...]:
    """What the decorators of `nodes` name; the innermost counts, as it does for pytest."""
    marks = [
        each
        for node in reversed(nodes)
        for decorator in node.decorator_list
        for each in ast.walk(decorator)
    ]
    messages = [
        each.args[0].value
        for each in marks
        if isinstance(each, ast.Call)
        and isinstance(each.func, ast.Attribute)
        and each.func.attr == "message"
        and each.args
        and isinstance(each.args[0], ast.Constant)
    ]
    if messages:
        return tuple(dict.fromkeys(map(str, messages)))
    repeated = [
        _REPEATED[each.attr]
        for each in marks
        if isinstance(each, ast.Attribute) and each.attr in _REPEATED
    ]
    return tuple(dict.fromkeys([*repeated, _UNNAMED]))
