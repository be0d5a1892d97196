"""Small programs with planted mistakes, each with a clean look-alike: `tests/corpus`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

_CORPUS = Path(__file__).parent.parent / "corpus"


def corpus_of(folder: str) -> list[ModuleType]:
    """The modules in one folder of the corpus, by name."""
    return [_imported(path) for path in sorted((_CORPUS / folder).glob("*.py"))]


def _imported(path: Path) -> ModuleType:
    name = f"corpus_{path.parent.name}_{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]
