"""Paths: percent-encoding, and patterns with parameters."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

_PARAMETER = re.compile(r"\{(\w+)(:path)?\}")
# What stays encoded in a path: a slash that separates nothing, and the percent sign,
# without which one could not tell it from what was encoded twice.
_KEPT = re.compile(r"%(2f|25)", re.IGNORECASE)


def decode_path(path: str) -> str:
    """`path` without its percent-encoding, except for ``%2F`` and ``%25``."""
    return unquote(_KEPT.sub(r"%25\1", path)) if "%" in path else path


def match_path(pattern: str, path: str) -> dict[str, str] | None:
    """What stands in `path` for the parameters of `pattern`, or None if it does not fit.

    Args:
        pattern: ``{name}`` in it stands for one segment, ``{name:path}`` for any number.
        path: decoded by `decode_path`; the parameters are decoded wholly.
    """
    if "{" not in pattern:
        return {} if pattern == path else None
    found = _compiled(pattern).fullmatch(path)
    if found is None:
        return None
    return {name: unquote(value) for name, value in found.groupdict().items()}


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    expression, rest = "", pattern
    while found := _PARAMETER.search(rest):
        any_segment = ".+" if found[2] else "[^/]+"
        expression += f"{re.escape(rest[: found.start()])}(?P<{found[1]}>{any_segment})"
        rest = rest[found.end() :]
    return re.compile(expression + re.escape(rest))
