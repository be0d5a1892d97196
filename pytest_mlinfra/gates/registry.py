"""The gates that a kata may ask for by name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from pytest_mlinfra.errors import ManifestError
from pytest_mlinfra.gates.black import BlackGate
from pytest_mlinfra.gates.isort import IsortGate
from pytest_mlinfra.gates.mypy import MypyGate
from pytest_mlinfra.gates.ruff import RuffGate
from pytest_mlinfra.gates.tool import Gate
from pytest_mlinfra.katas.model import Kata
from pytest_mlinfra.katas.paths import why_unreadable
from pytest_mlinfra.places import shown

BUILT_IN: tuple[Gate, ...] = (BlackGate(), IsortGate(), RuffGate(), MypyGate())


def by_name(further: Iterable[Gate] = ()) -> dict[str, Gate]:
    """The built-in gates and `further` ones, which replace those of the same name."""
    return {gate.name: gate for gate in (*BUILT_IN, *further)}


def gates_of(kata: Kata, known: Mapping[str, Gate]) -> list[Gate]:
    """The gates that `kata` asks for.

    Raises:
        ManifestError: it asks for one that is not known.
    """
    for name in kata.manifest.gates.tools:
        if name not in known:
            raise ManifestError(
                f"{shown(kata.folder / 'kata.toml')}: there is no gate {name!r}; "
                f"there are {', '.join(known)}"
            )
    return [known[name] for name in kata.manifest.gates.tools]


def configuration_for(kata: Kata) -> Path:
    """The ``pyproject.toml`` that the answers to `kata` are held to: the course's.

    Raises:
        ManifestError: the course has none, or it is not valid TOML.
    """
    path = kata.exercises / "pyproject.toml"
    try:
        tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(f"{shown(path)} is not valid TOML: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{shown(path)} {why_unreadable(error)}") from error
    return path
