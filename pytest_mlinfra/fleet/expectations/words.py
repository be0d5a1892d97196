"""Numbers and lists in the words of a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_mlinfra.fleet.timeline.ticks import shown_seconds


def counted(number: int, plural: str) -> str:
    """``5 requests``, ``1 request``, ``no requests``."""
    if number == 1:
        return f"1 {singular(plural)}"
    return f"{number or 'no'} {plural}"


def singular(plural: str) -> str:
    """A regular plural's singular: of ``queries``, ``query``."""
    if plural.endswith("ies"):
        return f"{plural[:-3]}y"
    return plural.removesuffix("s")


def listed(items: Iterable[object]) -> str:
    """``a, b and c``; ``none`` if there are none."""
    texts = [str(item) for item in items]
    if len(texts) <= 1:
        return texts[0] if texts else "none"
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def listed_seconds(seconds: Sequence[float]) -> str:
    """``0.5 s, 1 s and 2 s``; many equal ones as ``12 times 1 s``."""
    if len(seconds) > 3 and len(set(seconds)) == 1:  # noqa: PLR2004
        return f"{len(seconds)} times {shown_seconds(seconds[0])}"
    return listed(shown_seconds(each) for each in seconds)


def close(seen: Sequence[float], expected: Sequence[float], within: float) -> bool:
    """Whether both are the same times, to the nanosecond or up to `within` seconds."""
    return len(seen) == len(expected) and all(
        round(abs(one - other), 9) <= within for one, other in zip(seen, expected, strict=True)
    )
