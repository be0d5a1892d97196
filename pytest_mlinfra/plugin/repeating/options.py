"""The options that run a failure once more, and the commands that name them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

import pytest

SCHEDULE = "--mlinfra-schedule"
CANCEL = "--mlinfra-cancel"
# Within a test that explores several times, which of these is meant.
_NUMBERED = re.compile(r"([1-9]\d*)/(.+)")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("mlinfra")
    group.addoption(
        SCHEDULE,
        metavar="SCHEDULE",
        help="run explored tests once, in the order that a failure has named",
    )
    group.addoption(
        CANCEL,
        metavar="POINT",
        help="cancel where a failure has named it, and nowhere else",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what stands for nothing."""
    if config.getoption(SCHEDULE) is None and config.getoption(CANCEL) is None:
        return
    from pytest_mlinfra.clock.exploration import Point, Schedule  # noqa: PLC0415
    from pytest_mlinfra.errors import UsageError  # noqa: PLC0415 - when they are used

    for option, parse in ((SCHEDULE, Schedule.parse), (CANCEL, Point.parse)):
        given = config.getoption(option)
        if given is not None:
            try:
                parse(Asked.parse(given).text)
            except UsageError as error:
                raise pytest.UsageError(f"{option}: {error}") from None


@dataclass(frozen=True)
class Asked:
    """What an option asks for.

    Attributes:
        number: which exploration of a test it is meant for, counted from 1.
        text: the schedule, or the point.
    """

    number: int
    text: str

    @classmethod
    def parse(cls, given: str) -> Asked:
        """What `given` asks for: ``text``, or ``number/text``."""
        match = _NUMBERED.fullmatch(given)
        return cls(int(match[1]), match[2]) if match else cls(1, given)


def asked_for(config: pytest.Config, option: str) -> Asked | None:
    """What `option` asks for, if it was given."""
    given = config.getoption(option)
    return Asked.parse(given) if given is not None else None


def command(item: pytest.Item, option: str, number: int = 1) -> str:
    """How to run `item` once more, with ``{}`` where the schedule or the point belongs."""
    prefix = f"{number}/" if number > 1 else ""
    node = shlex.quote(item.nodeid).replace("{", "{{").replace("}", "}}")
    return f"pytest {node} {option}={prefix}{{}}"
