"""Reading what `faulthandler` writes about the stacks of a process's threads."""

from __future__ import annotations

import re

from pytest_mlinfra.runs.job import Frame

_FRAME = re.compile(r'^  File "(?P<path>.*)", line (?P<line>\d+) in (?P<function>.*)$')


def read_stack(text: str) -> tuple[Frame, ...]:
    """The calls in `text`, innermost first; those of the thread that wrote it come first."""
    threads: list[list[Frame]] = []
    for line in text.splitlines():
        match = _FRAME.match(line)
        if line.startswith(("Current thread", "Thread")):
            current: list[Frame] = []
            threads.insert(0 if line.startswith("Current") else len(threads), current)
        elif match and threads:
            current.append(Frame(match["path"], int(match["line"]), match["function"]))
    return tuple(frame for thread in threads for frame in thread)
