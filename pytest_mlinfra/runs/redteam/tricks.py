"""The tricks, one file each: what it does, what stops it, and its code.

A trick goes before a wrong answer, or around it where it says where that stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pytest_mlinfra.errors import CourseError
from pytest_mlinfra.runs.isolation import LAYERS

# The folder of a file that is no trick but a wrong answer.
CONTROL = "control"
_LAYER = re.compile(r"^# stopped by: (\w+)$", re.MULTILINE)
_PLACE = "# --- the wrong answer stands here ---\n"


@dataclass(frozen=True)
class Trick:
    """One trick.

    Attributes:
        name: what sort it is, and its own name, with a slash between them.
        about: what it does, in a sentence.
        layer: the layer that stops it.
        code: its code.
    """

    name: str
    about: str
    layer: str
    code: str

    def played_for(self, wrong: str) -> str:
        """The text of an answer: `wrong`, with the trick."""
        before, place, after = self.code.partition(_PLACE)
        return f"{before}{wrong}\n{after}" if place else f"{self.code}\n\n{wrong}"


def tricks_in(folder: Path) -> list[Trick]:
    """The tricks in the folders below `folder`, by name.

    Raises:
        CourseError: there is none, or one does not say what stops it.
    """
    files = sorted(each for each in folder.glob("*/*.py") if each.parent.name != CONTROL)
    if not files:
        raise CourseError(f"there is no trick in {folder}: each is a file in a folder there")
    return [_trick(file) for file in files]


def _trick(file: Path) -> Trick:
    text = file.read_text("utf-8")
    layer = _LAYER.search(text)
    if layer is None or layer[1] not in LAYERS:
        raise CourseError(
            f"{file} does not say what stops it, as in '# stopped by: files'; "
            f"the layers are {', '.join(LAYERS)}"
        )
    about = text.partition("\n")[0].strip('" ')
    return Trick(f"{file.parent.name}/{file.stem}", about, layer[1], text)
