"""The characters that a picture is drawn with, and a second set for plain ASCII."""

from __future__ import annotations

from dataclasses import dataclass, fields

from pytest_mlinfra.fleet.exchange import Outcome


@dataclass(frozen=True)
class Characters:
    """A character for everything that may occur.

    Attributes:
        waiting: until the first byte of the answer.
        streaming: from its first byte to its last.
        queued: waiting for a free slot of the model.
        instant: a request that took no time, or less than a column.
        ends: what stands at the end of a bar, by its outcome.
        elided: the time of requests that are only counted.
        ellipsis: something is left out.
        line: the axis.
        tick: where the axis is labelled.
        micro: a millionth, before a unit.
    """

    waiting: str
    streaming: str
    queued: str
    instant: str
    ends: dict[Outcome, str]
    elided: str
    ellipsis: str
    line: str
    tick: str
    micro: str


# Only what every monospaced font has, so that columns stay columns on a web page, too.
UNICODE = Characters(
    waiting="█",
    streaming="▄",
    queued="░",
    instant="▌",
    ends={"reset": "×", "cancelled": "◄", "in flight": "►", "faulted": "!"},  # noqa: RUF001
    elided="·",
    ellipsis="…",
    line="─",
    tick="┬",
    micro="µ",
)
ASCII = Characters(
    waiting="#",
    streaming="=",
    queued=".",
    instant="|",
    ends={"reset": "x", "cancelled": "<", "in flight": ">", "faulted": "!"},
    elided="~",
    ellipsis="..",
    line="-",
    tick="+",
    micro="u",
)
CUT = "//"


def characters_for(encoding: str | None) -> Characters:
    """The best set that `encoding` can carry; None is taken to carry only ASCII."""
    drawn = [getattr(UNICODE, field.name) for field in fields(UNICODE)]
    text = "".join("".join(each.values()) if isinstance(each, dict) else each for each in drawn)
    try:
        text.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE
