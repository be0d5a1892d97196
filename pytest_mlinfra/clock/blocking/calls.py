"""What a blocking call is: its name, what to write instead, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from types import FrameType


@dataclass(frozen=True)
class Call:
    """A function that makes its thread wait.

    Attributes:
        name: what a person calls it.
        advice: what to write in a coroutine instead.
        is_hopeless: whether it is not even tried. It waits for somebody else, and that
            is likely a task, or a server, on the loop that it stops.
    """

    name: str
    advice: str
    is_hopeless: bool = False


def name_of(libraries: list[FrameType], call: Call) -> str:
    """What the line to blame called: a library's function, or the blocking one itself.

    Args:
        libraries: the frames from the blocking call out to the line that is to blame.
        call: the blocking call.
    """
    if not libraries:
        return call.name
    called = libraries[-1]
    module = str(called.f_globals.get("__name__", ""))
    public = [part for part in module.split(".") if not part.startswith("_")]
    # What a function or a class does inside is the doing of whoever called it.
    function = called.f_code.co_qualname.partition(".<locals>")[0]
    for inner in (".__init__", ".__enter__", ".__exit__", ".__call__", ".__new__"):
        function = function.removesuffix(inner)
    return ".".join([*public, function])
