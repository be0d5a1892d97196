"""What is wrong with a table of a configuration file, in words that name the key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

# A longer list would only hide the complaint.
_MOST_NAMES = 30
_WORDS = (
    ("^Expected", "expected"),
    ("^Invalid", "invalid"),
    ("`float`", "a number"),
    ("`int`", "a whole number"),
    ("`str`", "a text"),
    ("`bool`", "true or false"),
    (r" >= ([\d.]+?)(?:\.0)?$", r" of at least \1"),
    (r" <= ([\d.]+?)(?:\.0)?$", r" of at most \1"),
    (r" > ([\d.]+?)(?:\.0)?$", r" above \1"),
)


def explain(complaint: str, known: Iterable[str] = ()) -> str:
    """The complaint of a conversion in words that name the key first.

    Args:
        complaint: the text of a `msgspec.ValidationError`.
        known: the keys that there are.
    """
    where = re.search(r" - at `\$\.?(.*)`", complaint)
    place = where[1] if where else ""
    reason = complaint[: where.start()] if where else complaint
    if unknown := re.search(r"unknown field `([^`]+)`", reason):
        key = ".".join(filter(None, (place, unknown[1])))
        return f"unknown key {key!r}{suggest(unknown[1], known)}"
    if missing := re.search(r"missing required field `([^`]+)`", reason):
        key = ".".join(filter(None, (place, missing[1])))
        return f"the key {key!r} is missing"
    reason = _in_words(reason)
    return f"{place!r}: {reason}" if place else reason


def _in_words(reason: str) -> str:
    for pattern, words in _WORDS:
        reason = re.sub(pattern, words, reason)
    return reason


def suggest(word: str, known: Iterable[str]) -> str:
    """What somebody may have meant by `word`, or else what there is, behind a semicolon."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; there is {', '.join(names)}" if len(names) <= _MOST_NAMES else ""
