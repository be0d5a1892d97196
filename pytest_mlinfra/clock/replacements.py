"""Attributes of modules, classes and loops that are replaced for a while."""

from __future__ import annotations

from typing import Any


class Replacements:
    """Attributes that have been replaced, and can be put back."""

    def __init__(self) -> None:
        self._originals: list[tuple[Any, str, Any]] = []

    def replace(self, owner: Any, attribute: str, replacement: Any) -> None:
        """Put `replacement` in the place of what `owner` has, or would find in its class."""
        self._originals.append((owner, attribute, vars(owner).get(attribute)))
        setattr(owner, attribute, replacement)

    def undo(self) -> None:
        """Put every original back, the last first."""
        while self._originals:
            owner, attribute, original = self._originals.pop()
            if original is None:
                delattr(owner, attribute)
            else:
                setattr(owner, attribute, original)
