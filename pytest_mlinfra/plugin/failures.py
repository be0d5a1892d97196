"""What a failure shows of the servers: a picture, once, and no traceback of this package's."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from pytest_mlinfra.errors import ExpectationError
from pytest_mlinfra.plugin.discovery import is_in_kata
from pytest_mlinfra.plugin.fixtures import fleet_of

# Where the timeline is shown it may be indented, and has to fit into 80 columns.
_COLUMNS = 76
_NAME = f"{ExpectationError.__module__}.{ExpectationError.__qualname__}: "


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failure what the servers saw; for a kata, its message says so."""
    report = yield
    if not report.failed:
        return report
    if call.excinfo is not None and isinstance(call.excinfo.value, ExpectationError):
        _say_it_plainly(report.longrepr)
    elif not is_in_kata(item) and (seen := timeline_of(item)):
        report.sections.append(("requests as the servers saw them", seen))
    return report


def timeline_of(item: pytest.Item) -> str:
    """What the fleet of `item` saw, as bars; empty if it had none or nothing was asked."""
    fleet = fleet_of(item)
    if fleet is None or not fleet.journal:
        return ""
    return fleet.journal.timeline(_COLUMNS)


def _say_it_plainly(shown: object) -> None:
    """Let the sentence of an expectation begin its line, in place of the error's long name."""
    crash = getattr(shown, "reprcrash", None)
    if crash is not None:
        crash.message = crash.message.removeprefix(_NAME)
    entries = getattr(getattr(shown, "reprtraceback", None), "reprentries", ())
    for entry in entries:
        if lines := getattr(entry, "lines", None):
            lines[:] = [line.replace(_NAME, "", 1) for line in lines]
