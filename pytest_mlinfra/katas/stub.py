"""The untouched stub: what tells "not begun yet" from "falls short"."""

from __future__ import annotations

import ast
import importlib.util
import tomllib
from pathlib import Path

from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.submission import Submission

STUB_FOLDER = "stub"


def stub_files(kata: Kata) -> dict[str, Path]:
    """Each file that the learner writes, as the course first gave it."""
    folder = kata.solution_folder / STUB_FOLDER
    return {name: folder / name for name in kata.manifest.write}


class Stubs(Submission):
    """Stands for the answer of somebody who has not begun any kata."""

    def path(self, kata: Kata, name: str) -> Path:
        """Where the stub of the file `name` of `kata` is kept."""
        return stub_files(kata)[name]


def is_untouched(kata: Kata, submission: Submission) -> bool:
    """Whether every written file still says what its stub says.

    Comments, blank lines and layout do not count: a learner who only moved them
    has not begun. A kata without kept stubs, or an answer with a file missing,
    counts as begun.
    """
    stubs = stub_files(kata)
    return all(
        path.is_file() and _says_the_same(path, submission.path(kata, name))
        for name, path in stubs.items()
    )


def _says_the_same(stub: Path, answer: Path) -> bool:
    try:
        return _meaning(stub) == _meaning(answer)
    except (OSError, ValueError, SyntaxError):
        return False


def _meaning(path: Path) -> object:
    """What a file says, without its comments and its layout.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not UTF-8, or not valid TOML.
        SyntaxError: it is not valid Python.
    """
    if path.suffix == ".py":
        text = importlib.util.decode_source(path.read_bytes())
        return ast.dump(_without_docstrings(ast.parse(text)))
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        return tomllib.loads(text)
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def _without_docstrings(tree: ast.Module) -> ast.Module:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return tree
